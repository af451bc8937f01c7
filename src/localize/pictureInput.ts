/**
 * The picture as a network takes it. Training builds its input here too, so that a network is asked about what it was
 * trained on.
 */
import type { TensorData } from '../engine/engine.ts';
import type { Picture } from '../picture/picture.ts';
import { resizeLikePillow } from '../picture/pillowResize.ts';
import { resizePicture } from '../picture/resize.ts';
import type { PictureNetwork } from '../weights/model.ts';

type Side = Pick<PictureNetwork, 'width' | 'height' | 'preprocess'>;

/** The picture stretched to the network's size and normalised: float32 [1, 3, height, width]. */
export function pictureInput(network: Side, picture: Picture): TensorData {
  const { width, height, preprocess } = network;
  const planes =
    preprocess?.resize === 'pillow'
      ? planesOf(resizeLikePillow(picture, width, height))
      : resizePicture(picture, width, height);
  return { type: 'float32', dims: [1, 3, height, width], data: normalise(planes, preprocess) };
}

/** Float32 planes of red, green and blue, 0..255: [3, height, width]. */
export function planesOf({ width, height, data }: Picture): Float32Array<ArrayBuffer> {
  const area = width * height;
  const planes = new Float32Array(3 * area);
  for (let pixel = 0; pixel < area; pixel++) {
    for (let channel = 0; channel < 3; channel++) planes[channel * area + pixel] = data[3 * pixel + channel];
  }
  return planes;
}

/** Brings planes of red, green and blue, 0..255, to the network's order and scale. In place where the order stays. */
export function normalise(
  planes: Float32Array<ArrayBuffer>,
  preprocess: PictureNetwork['preprocess'],
): Float32Array<ArrayBuffer> {
  if (preprocess === undefined) return planes;
  const { order, scale, mean, deviation } = preprocess;
  const area = planes.length / 3;
  for (let channel = 0; channel < 3; channel++) {
    const plane = planes.subarray(channel * area, (channel + 1) * area);
    for (let pixel = 0; pixel < area; pixel++) {
      plane[pixel] = (scale * plane[pixel] - mean[channel]) / deviation[channel];
    }
  }
  if (order === 'rgb') return planes;
  const turned = new Float32Array(planes.length);
  for (let channel = 0; channel < 3; channel++) {
    turned.set(planes.subarray(channel * area, (channel + 1) * area), (2 - channel) * area);
  }
  return turned;
}
