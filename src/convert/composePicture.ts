/** A published network that labels the places of a picture, made the picture half of a model. */
import type { Engine } from '../engine/engine.ts';
import type { PictureNetwork } from '../weights/model.ts';
import type { PictureHalf, Provenance } from './composeHalves.ts';
import { areProbabilities, checkShape, chooseOutput, onlyInput, runTrial, unfit } from './composeTrial.ts';
import type { HubPicture } from './hubFolder.ts';

/**
 * Tries a published network. Its outputs get a softmax over the labels, unless they are probabilities already.
 * Fails with MODEL_INVALID where network and texts of the folder do not fit each other, or lookhear.
 */
export async function pictureHalfOfHub(
  hub: HubPicture,
  bytes: Uint8Array,
  provenance: Provenance,
  engine: Engine,
): Promise<PictureHalf> {
  const { width, height, order, scale, mean, deviation, labels, background, onnxPath: file } = hub;
  const input = onlyInput(bytes, file);
  if (input.shape?.length === 4 && input.shape[3] === 3 && input.shape[1] !== 3) {
    throw unfit(file, `its input "${input.name}" is [${input.shape.join(', ')}], with the colours last`, {
      hint: 'Export it with the colours first, [1, 3, height, width], as PyTorch has them.',
    });
  }
  const dims = [1, 3, height, width];
  checkShape(input, dims, 'pictures', file);
  const outputs = await runTrial(engine, bytes, input.name, dims, file);
  const channels = background === null ? labels.length : labels.length + 1;
  const output = chooseOutput(
    outputs,
    ({ dims }) => dims.length === 4 && dims[0] === 1 && dims[1] === channels,
    `[1, ${channels}, rows, columns]: a channel for each of its ${channels} names`,
    file,
  );
  const [, , rows, columns] = output.dims;
  const isDone = areProbabilities(output, channels);
  return {
    network: {
      width,
      height,
      input: input.name,
      preprocess: { resize: 'exact', order, scale, mean: [...mean], deviation: [...deviation] },
      output: output.name,
      ...(!isDone && { activation: 'softmax' }),
      labels: [...labels],
      background,
    },
    bytes,
    grid: { rows, columns },
    provenance,
  };
}

/** The picture half of a model of ours, tried in the same way. Fails with MODEL_INVALID. */
export async function pictureHalfOfModel(
  { file: _, sha256: __, ...network }: PictureNetwork,
  bytes: Uint8Array,
  provenance: Provenance,
  engine: Engine,
  file: string,
): Promise<PictureHalf> {
  const dims = [1, 3, network.height, network.width];
  const outputs = await runTrial(engine, bytes, network.input, dims, file);
  const channels = network.labels.length + (network.background === null ? 0 : 1);
  const output = chooseOutput(
    outputs,
    ({ name, dims }) => name === network.output && dims.length === 4 && dims[1] === channels,
    `"${network.output}" [1, ${channels}, rows, columns]`,
    file,
  );
  return { network, bytes, grid: { rows: output.dims[2], columns: output.dims[3] }, provenance };
}
