/**
 * A model small enough to check by eye: its picture network says `red` where the picture is red and `blue` where it is
 * blue, its sound network says `red` to low tones and `blue` to high ones, and "other" to noise.
 */
import type { Engine } from '../engine/engine.ts';
import { conv } from '../graph/convolution.ts';
import { add, multiply, subtract } from '../graph/elementwise.ts';
import { concat, slice } from '../graph/movement.ts';
import { max, mean } from '../graph/reductions.ts';
import { softmax } from '../graph/softmax.ts';
import { constant, input } from '../graph/tensor.ts';
import { writeOnnx } from '../graph/writeOnnx.ts';
import type { Picture } from '../picture/picture.ts';
import type { Sound } from '../sound/sound.ts';
import type { Model } from '../weights/model.ts';
import type { ModelDescription } from '../weights/modelFolder.node.ts';
import { Localizer } from './localizer.ts';

const size = 32;
const labels = ['red', 'blue'];

export const tinyDescription: ModelDescription = {
  name: 'tiny',
  version: '1.0.0',
  licence: 'Apache-2.0',
  origin: ['written by hand for tests'],
  picture: { width: size, height: size, input: 'picture', output: 'probabilities', labels, background: 2 },
  sound: {
    frontEnd: 'mn04',
    input: 'logmel',
    output: 'probabilities',
    labels,
    other: 2,
    patchSeconds: 1,
    hopSeconds: 0.5,
  },
  relation: { kind: 'identity' },
  map: { blur: 0.5, fallback: 0.3, centre: 0.03 },
  silence: { dbfs: -60 },
  answer: { topCells: 4, slope: 2, offset: 4.6, here: 0.6, absent: 0.4 },
};

/** The description as it would be read from a folder. */
export const tinyModel: Model = {
  schema: 'lookhear/model@1',
  ...tinyDescription,
  picture: { file: 'picture.onnx', sha256: '0'.repeat(64), ...tinyDescription.picture },
  sound: { file: 'sound.onnx', sha256: '0'.repeat(64), ...tinyDescription.sound },
};

/** Means of 2 x 2 pixels; a label's logit grows with its colour and falls with the others, the background's is fixed. */
export function tinyPictureNetwork(): Uint8Array {
  const picture = input('picture', [1, 3, size, size]);
  const colours = [
    [0.1, -0.05, -0.05],
    [-0.05, -0.05, 0.1],
    [0, 0, 0],
  ];
  const weights = colours.flatMap((row) => row.flatMap((weight) => Array<number>(4).fill(weight / 4)));
  const logits = conv(picture, constant(weights, [3, 3, 2, 2]), constant([0, 0, 5], [3]), { strides: [2, 2] });
  return writeOnnx({ probabilities: softmax(logits, 1) }, { target: 'onnx' });
}

/** The strongest band below 1.5 kHz against the strongest above 2 kHz, over one second. */
export function tinySoundNetwork(): Uint8Array {
  const bands = mean(input('logmel', [1, 1, 128, 100]), { axes: [1, 3] });
  const low = max(slice(bands, [{ axis: 1, end: 45 }]), { axes: [1], keep: true });
  const high = max(slice(bands, [{ axis: 1, start: 55 }]), { axes: [1], keep: true });
  // Pre-emphasis makes white noise louder in high bands, by about 1.2 on this scale.
  const difference = multiply(add(subtract(low, high), 1.2), 10);
  const other = add(multiply(difference, 0), 5);
  const logits = concat([difference, multiply(difference, -1), other], 1);
  return writeOnnx({ probabilities: softmax(logits, 1) }, { target: 'onnx' });
}

export async function openTinyLocalizer(engine: Engine, model: Model = tinyModel): Promise<Localizer> {
  return new Localizer({
    model,
    sha256: '0'.repeat(64),
    engine: engine.name,
    pictureSession: await engine.createSession(tinyPictureNetwork()),
    soundSession: await engine.createSession(tinySoundNetwork()),
    loadMs: 0,
  });
}

/** Grey, with a square of one colour: a quarter of the width wide, its left edge at `left` of the width. */
export function pictureWithSquare(colour: readonly [number, number, number], left: number, width = 64): Picture {
  const data = new Uint8Array(3 * width * width).fill(128);
  for (let y = width / 4; y < width / 2; y++) {
    for (let x = left * width; x < left * width + width / 4; x++) data.set(colour, 3 * (y * width + x));
  }
  return { width, height: width, data };
}

export const red = [255, 0, 0] as const;
export const blue = [0, 0, 255] as const;

/** A sine; 300 Hz is low and 5000 Hz is high for the tiny model. */
export function tone(hertz: number, amplitude = 0.1, seconds = 2, sampleRate = 16000): Sound {
  const samples = Float32Array.from(
    { length: Math.round(seconds * sampleRate) },
    (_, index) => amplitude * Math.sin((2 * Math.PI * hertz * index) / sampleRate),
  );
  return { sampleRate, samples };
}

/** White noise from a linear congruential generator, the same each time. */
export function noise(amplitude = 0.1, seconds = 2, sampleRate = 32000): Sound {
  let state = 1;
  const samples = Float32Array.from({ length: Math.round(seconds * sampleRate) }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return amplitude * (state / 2 ** 31 - 1);
  });
  return { sampleRate, samples };
}
