/**
 * Folders in the layout of the hub with networks that can be checked by eye. Their sizes are open, as exporters leave
 * them: `batch`, `height`, `width`, `sequence_length`.
 */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type HandMadeValue, handMadeOnnx } from '../engine/handMadeOnnx.fixtures.ts';

export interface HubFolderContent {
  readonly config: object;
  readonly preprocessor: object;
  readonly network: Uint8Array;
  readonly readme?: string;
}

export async function writeHubFolder(folder: string, content: HubFolderContent): Promise<string> {
  await mkdir(join(folder, 'onnx'), { recursive: true });
  await writeFile(join(folder, 'config.json'), JSON.stringify(content.config));
  await writeFile(join(folder, 'preprocessor_config.json'), JSON.stringify(content.preprocessor));
  await writeFile(join(folder, 'onnx', 'model.onnx'), content.network);
  if (content.readme !== undefined) await writeFile(join(folder, 'README.md'), content.readme);
  return folder;
}

export const namesOf = (labels: readonly string[]): { readonly id2label: Record<string, string> } => ({
  id2label: Object.fromEntries(labels.map((label, index) => [index, label])),
});

const openPictures: HandMadeValue = { name: 'pixel_values', type: 'float32', dims: ['batch', 3, 'height', 'width'] };

/** Three channels, the mean redness, greenness and blueness of 4 x 4 pixels, ten times: logits of three labels. */
export function colourNetwork(input: HandMadeValue = openPictures): Uint8Array {
  const nodes = [
    {
      type: 'AveragePool',
      inputs: [input.name],
      output: 'means',
      attributes: { kernel_shape: [4, 4], strides: [4, 4] },
    },
    { type: 'Sum', inputs: Array<string>(10).fill('means'), output: 'logits' },
  ];
  return handMadeOnnx([input], nodes, [{ name: 'logits', type: 'float32', dims: ['batch', 3, 'rows', 'columns'] }]);
}

/** A segmentation network of three colours, as SegFormer's folder describes itself. */
export const colours: HubFolderContent = {
  config: { model_type: 'segformer', ...namesOf(['person', 'tree', 'car']) },
  preprocessor: {
    image_processor_type: 'SegformerImageProcessor',
    size: { height: 32, width: 48 },
    image_mean: [0.5, 0.5, 0.5],
    image_std: [0.5, 0.5, 0.5],
  },
  network: colourNetwork(),
  readme: '---\nlicense: apache-2.0\npipeline_tag: image-segmentation\n---\n# Colours\n',
};

/** The mean over time of each of `bands` filter banks: logits of as many labels. */
export function filterBankNetwork(
  input: HandMadeValue = { name: 'input_values', type: 'float32', dims: ['batch', 'sequence_length', 'bands'] },
): Uint8Array {
  const nodes = [
    { type: 'ReduceMean', inputs: [input.name], output: 'logits', attributes: { axes: [1], keepdims: 0 } },
  ];
  return handMadeOnnx([input], nodes, [{ name: 'logits', type: 'float32', dims: ['batch', 'labels'] }]);
}

export const bankLabels = ['Speech', 'Dog', 'Cat', 'Car', 'Rain', 'Silence', 'Music', 'Bell'];

/** An audio classifier of eight labels of AudioSet, as AST's folder describes itself. */
export const filterBanks: HubFolderContent = {
  config: { model_type: 'audio-spectrogram-transformer', ...namesOf(bankLabels) },
  preprocessor: {
    feature_extractor_type: 'ASTFeatureExtractor',
    num_mel_bins: 8,
    max_length: 100,
    sampling_rate: 16000,
    mean: -4,
    std: 4,
  },
  network: filterBankNetwork(),
  readme: '---\nlicense: "bsd-3-clause"\n---\n# Banks\n',
};

/** The largest and the smallest sample: logits of two labels. */
export function peakNetwork(samples: number | string = 'sequence_length'): Uint8Array {
  const input: HandMadeValue = { name: 'input_values', type: 'float32', dims: ['batch', samples] };
  const nodes = [
    { type: 'ReduceMax', inputs: ['input_values'], output: 'up', attributes: { axes: [1], keepdims: 1 } },
    { type: 'ReduceMin', inputs: ['input_values'], output: 'down', attributes: { axes: [1], keepdims: 1 } },
    { type: 'Concat', inputs: ['up', 'down'], output: 'logits', attributes: { axis: 1 } },
  ];
  return handMadeOnnx([input], nodes, [{ name: 'logits', type: 'float32', dims: ['batch', 2] }]);
}
