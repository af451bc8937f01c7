/** The door of `lookhear/graph`: networks that differentiate and train on ONNX Runtime. */

export { conv, convTranspose } from './graph/convolution.ts';
export { gradients } from './graph/differentiate.ts';
export * from './graph/elementwise.ts';
export { matmul } from './graph/matmul.ts';
export { concat, gather, pad, reshape, slice, transpose } from './graph/movement.ts';
export { batchNormInference, batchNormTraining } from './graph/normalisation.ts';
export { adaptiveAveragePool, averagePool, dropout, globalAveragePool, maxPool } from './graph/pooling.ts';
export { expand, max, mean, sum } from './graph/reductions.ts';
export { resizeBilinear, resizeNearest, sampleBilinear, sampleNearest } from './graph/resize.ts';
export { logSoftmax, softmax } from './graph/softmax.ts';
export { constant, input, type Shape, type Tensor } from './graph/tensor.ts';
export { type WriteOptions, writeOnnx } from './graph/writeOnnx.ts';
