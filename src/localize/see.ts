/** The picture's half: from pixels to P(label | cell). */
import { float32Values, type Session } from '../engine/engine.ts';
import { LookhearError } from '../errors.ts';
import type { Picture } from '../picture/picture.ts';
import type { PictureNetwork } from '../weights/model.ts';
import { activate } from './activation.ts';
import type { PictureEvidence } from './evidence.ts';
import { pictureInput } from './pictureInput.ts';
import { lookOften, type ProbabilityGrid } from './views.ts';

/** Fails with MODEL_INVALID where the network's output has not one channel for each label and the background. */
export async function see(network: PictureNetwork, session: Session, picture: Picture): Promise<PictureEvidence> {
  const look = (part: Picture): Promise<ProbabilityGrid> => lookOnce(network, session, part);
  const grid = await (network.views ? lookOften(look, network, picture, network.views) : look(picture));
  return evidenceOf(network, grid);
}

async function lookOnce(network: PictureNetwork, session: Session, picture: Picture): Promise<ProbabilityGrid> {
  const outputs = await session.run({ [network.input]: pictureInput(network, picture) }, [network.output]);
  const values = float32Values(outputs, network.output);
  const { dims } = outputs[network.output];
  const [, channels, rows, columns] = dims;
  const expected = network.background === null ? network.labels.length : network.labels.length + 1;
  if (dims.length !== 4 || channels !== expected) {
    throw new LookhearError(
      'MODEL_INVALID',
      `The picture network answers with the shape [${dims}], expected [1, ${expected}, rows, columns].`,
    );
  }
  return { columns, rows, values: activate(values, channels, network.activation) };
}

function evidenceOf({ background: channel, labels }: PictureNetwork, grid: ProbabilityGrid): PictureEvidence {
  const { columns, rows, values } = grid;
  const cells = rows * columns;
  if (channel === null) return { columns, rows, probabilities: values, background: new Float32Array(cells) };
  const probabilities = new Float32Array(labels.length * cells);
  probabilities.set(values.subarray(0, channel * cells));
  probabilities.set(values.subarray((channel + 1) * cells), channel * cells);
  return { columns, rows, probabilities, background: values.slice(channel * cells, (channel + 1) * cells) };
}
