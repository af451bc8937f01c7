/**
 * The door to the networks: the report's PSPNet and VGGish as presets, their layers as tables, and what it takes to
 * give them weights. A network is a function from symbolic tensors to symbolic tensors; `lookhear/graph` writes it as
 * ONNX or differentiates it.
 */
export type { BlockContext, Mode } from './layers/blocks.ts';
export { type Parameter, Parameters } from './layers/parameters.ts';
export type { LayerRow } from './networks/namedLayers.ts';
export {
  type Preset,
  type PresetName,
  pictureNetworkOf,
  presetNames,
  presets,
  type SoundNetwork,
  soundNetworkOf,
} from './networks/presets.ts';
export { type Pspnet, type PspnetOptions, type PspnetSettings, pspnet, pspnetMean } from './networks/pspnet.ts';
export { resnet18, resnet18Features, torchvisionName } from './networks/resnet18.ts';
export { inKerasOrder, type LayerTotals, totalsOf } from './networks/summary.ts';
export { soundClassifier, type Vggish, type VggishSettings, vggish } from './networks/vggish.ts';
