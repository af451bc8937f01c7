/**
 * The picture's half: from pixels to P(label | cell). Training builds its input with `pictureInput` too, so that the
 * network is asked about what it was trained on.
 */
import { float32Values, type Session, type TensorData } from '../engine/engine.ts';
import { LookhearError } from '../errors.ts';
import type { Picture } from '../picture/picture.ts';
import { resizePicture } from '../picture/resize.ts';
import type { PictureNetwork } from '../weights/model.ts';
import type { PictureEvidence } from './evidence.ts';

/** The picture stretched to the network's size: float32 [1, 3, height, width], planes of red, green and blue, 0..255. */
export function pictureInput(network: Pick<PictureNetwork, 'width' | 'height'>, picture: Picture): TensorData {
  const { width, height } = network;
  return { type: 'float32', dims: [1, 3, height, width], data: resizePicture(picture, width, height) };
}

/** Fails with MODEL_INVALID where the network's output has not one channel for each label and the background. */
export async function see(network: PictureNetwork, session: Session, picture: Picture): Promise<PictureEvidence> {
  const outputs = await session.run({ [network.input]: pictureInput(network, picture) }, [network.output]);
  const values = float32Values(outputs, network.output);
  const [, channels, rows, columns] = outputs[network.output].dims;
  const labels = network.labels.length;
  const expected = network.background === null ? labels : labels + 1;
  if (outputs[network.output].dims.length !== 4 || channels !== expected) {
    throw new LookhearError(
      'MODEL_INVALID',
      `The picture network answers with the shape [${outputs[network.output].dims}], expected [1, ${expected}, rows, columns].`,
    );
  }
  const cells = rows * columns;
  const background = new Float32Array(cells);
  const probabilities = new Float32Array(labels * cells);
  for (let channel = 0, label = 0; channel < channels; channel++) {
    const plane = values.subarray(channel * cells, (channel + 1) * cells);
    if (channel === network.background) background.set(plane);
    else probabilities.set(plane, label++ * cells);
  }
  return { columns, rows, probabilities, background };
}
