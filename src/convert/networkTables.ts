/**
 * Networks as tables of their layers, as the report's figures show them: a preset's in Keras' order under Keras' names,
 * an ONNX file's node by node under its own.
 */
import { input, sizeOf } from '../graph/tensor.ts';
import { Parameters } from '../layers/parameters.ts';
import type { LayerRow } from '../networks/namedLayers.ts';
import { type Preset, pictureNetworkOf, soundNetworkOf } from '../networks/presets.ts';
import { inKerasOrder, type LayerTotals, totalsOf } from '../networks/summary.ts';
import { vggishPatch } from '../networks/vggish.ts';
import { type OnnxFile, type OnnxNode, parseOnnxFile } from '../weights/onnxFile.ts';
import { type OnnxGraph, readOnnx } from '../weights/readOnnx.ts';

export interface TableRow {
  readonly name: string;
  /** Keras' class of layer, or ONNX' operator. */
  readonly type: string;
  /** Of what comes out: of a preset without the batch, channels last; of an ONNX file as it is. */
  readonly shape: readonly number[];
  readonly parameters: number;
  /** Of convolutions and matrix products, for one picture or patch of sound. */
  readonly multiplyAdds: number;
  /** Names of the rows that it reads. */
  readonly inputs: readonly string[];
}

export interface NetworkTable {
  readonly name: string;
  readonly rows: readonly TableRow[];
  readonly totals: LayerTotals;
}

/**
 * The picture network, the sound network, the dense layer behind it: what the preset has. VGGish is frozen where it is
 * part of a system, as in the report, whose figure 8 counts none of it as trainable.
 */
export function presetTables(preset: Preset): NetworkTable[] {
  const context = { parameters: new Parameters(), mode: 'inference' } as const;
  const side = preset.picture?.side ?? 1;
  const picture = pictureNetworkOf(preset, context, input('picture', [1, 3, side, side]));
  const sound = soundNetworkOf(preset, context, input('logmel', [1, 1, ...vggishPatch]));
  const ears = sound && tableOf('sound', inKerasOrder(sound.layers));
  return [
    ...(picture ? [tableOf('picture', inKerasOrder(picture.layers))] : []),
    ...(ears ? [picture ? frozen(ears) : ears] : []),
    ...(sound && sound.classifierLayers.length > 0 ? [tableOf('classifier', sound.classifierLayers)] : []),
  ];
}

function tableOf(name: string, layers: readonly LayerRow[]): NetworkTable {
  const rows = layers.map(
    ({ name: layer, type, shape, parameters, multiplyAdds, inputs }): TableRow => ({
      name: layer,
      type,
      shape,
      parameters,
      multiplyAdds,
      inputs,
    }),
  );
  return { name, rows, totals: totalsOf(layers) };
}

function frozen({ totals, ...table }: NetworkTable): NetworkTable {
  return { ...table, totals: { ...totals, trainable: 0, fixed: totals.parameters } };
}

export function sumOf(tables: readonly NetworkTable[]): LayerTotals {
  const sum = (field: keyof LayerTotals): number => tables.reduce((total, { totals }) => total + totals[field], 0);
  return {
    parameters: sum('parameters'),
    trainable: sum('trainable'),
    fixed: sum('fixed'),
    multiplyAdds: sum('multiplyAdds'),
  };
}

/** Fails with MODEL_INVALID where the file cannot be read. */
export function onnxTable(name: string, bytes: Uint8Array): NetworkTable {
  const graph = readOnnx(bytes, { name });
  const file = parseOnnxFile(bytes);
  // Nodes whose result is known when the file is read only decode weights.
  const nodes = file.nodes.filter(({ outputs }) => graph.values.has(outputs[0]));
  const rowNames = rowNamesOf(file, nodes);
  const counted = new Set<string>();
  let fixed = 0;
  const rows: TableRow[] = Object.entries(graph.inputs).map(([own, { shape }]) => {
    return { name: own, type: 'Input', shape, parameters: 0, multiplyAdds: 0, inputs: [] };
  });
  for (const node of nodes) {
    let parameters = 0;
    for (const [index, weight] of node.inputs.entries()) {
      const count = graph.weights.get(weight)?.length;
      if (count === undefined || counted.has(weight)) continue;
      counted.add(weight);
      parameters += count;
      if (node.operator === 'BatchNormalization' && index >= 3) fixed += count;
    }
    rows.push({
      name: rowNames.get(node.outputs[0])!,
      type: node.operator,
      shape: graph.value(node.outputs[0]).shape,
      parameters,
      multiplyAdds: multiplyAddsOf(node, graph),
      inputs: node.inputs.flatMap((value) => rowNames.get(value) ?? []),
    });
  }
  const sum = (field: 'parameters' | 'multiplyAdds'): number => rows.reduce((total, row) => total + row[field], 0);
  const parameters = sum('parameters');
  const totals = { parameters, trainable: parameters - fixed, fixed, multiplyAdds: sum('multiplyAdds') };
  return { name, rows, totals };
}

/** The name of the row that each value comes from: the node's own, else that of its first output. */
function rowNamesOf({ inputs }: OnnxFile, nodes: readonly OnnxNode[]): Map<string, string> {
  const names = new Map(inputs.map(({ name }) => [name, name]));
  for (const { name, outputs } of nodes) for (const value of outputs) names.set(value, name || outputs[0]);
  return names;
}

function multiplyAddsOf({ operator, inputs, outputs }: OnnxNode, graph: OnnxGraph): number {
  const { shape } = graph.value(outputs[0]);
  if (operator === 'Conv') return sizeOf(graph.value(inputs[1]).shape) * sizeOf(shape.slice(2));
  if (operator === 'MatMul' || operator === 'Gemm') return sizeOf(shape) * (graph.value(inputs[0]).shape.at(-1) ?? 1);
  return 0;
}
