/** The stored tensors of an ONNX network by name; its nodes are not looked at. */
import { parseOnnxFile } from '../onnxFile.ts';
import { decodeTensor } from '../onnxTensor.ts';
import { countOf, type StoredWeights } from './storedWeights.ts';

/** An ONNX file has no signature; it begins with the version of its format, a small number in field 1. */
export function isOnnx(bytes: Uint8Array): boolean {
  return bytes.length > 2 && bytes[0] === 0x08 && bytes[1] < 32;
}

export function readOnnxInitialisers(bytes: Uint8Array): Map<string, StoredWeights> {
  const tensors = new Map<string, StoredWeights>();
  for (const [name, tensor] of parseOnnxFile(bytes).initializers) {
    const { shape } = tensor;
    countOf(shape, name);
    tensors.set(name, {
      shape,
      read: () => {
        const { values } = decodeTensor(tensor);
        return values instanceof Float32Array ? values : Float32Array.from(values);
      },
    });
  }
  return tensors;
}
