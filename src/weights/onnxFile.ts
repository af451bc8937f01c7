/**
 * The parts of an ONNX file that lookhear uses (https://onnx.ai/onnx/repo-docs/IR.html): nodes with their attributes,
 * stored tensors, inputs and outputs. Only the structure is read here; what the nodes mean is in onnxOperators.ts.
 * Anything that does not fit ends in a RangeError.
 */
import { MAXIMUM_RANK, parseTensor, type StoredTensor } from './onnxTensor.ts';
import { appendFloats, appendIntegers, bytesOf, fieldsOf, floatOf, integerOf, textOf } from './protobufReader.ts';

export interface OnnxFile {
  /** The version of ONNX's own operators. */
  readonly operatorSet: number;
  readonly nodes: readonly OnnxNode[];
  /** Stored tensors by name. */
  readonly initializers: ReadonlyMap<string, StoredTensor>;
  readonly inputs: readonly ValueInfo[];
  readonly outputs: readonly string[];
  /** What the file says about itself (metadata_props). */
  readonly metadata: Readonly<Record<string, string>>;
}

export interface OnnxNode {
  readonly name: string;
  /** Operators of another set than ONNX's own carry its domain in front: `com.microsoft.FusedMatMul`. */
  readonly operator: string;
  /** Empty where an optional input is left out. */
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: ReadonlyMap<string, Attribute>;
}

interface AttributeValues {
  readonly float: number;
  readonly integer: number;
  readonly text: string;
  readonly tensor: StoredTensor;
  readonly floats: readonly number[];
  readonly integers: readonly number[];
  /** Subgraphs and the like. */
  readonly other: undefined;
}

export type AttributeKind = keyof AttributeValues;

export type AttributeOf<Kind extends AttributeKind> = AttributeValues[Kind];

export type Attribute = {
  [Kind in AttributeKind]: { readonly kind: Kind; readonly value: AttributeOf<Kind> };
}[AttributeKind];

export interface ValueInfo {
  readonly name: string;
  /** Number of TensorProto.DataType; 0 where it is not said. */
  readonly type: number;
  /** A text where the size is open; undefined where nothing is said. */
  readonly shape: readonly (number | string)[] | undefined;
}

/** Nodes, stored tensors, inputs and outputs together; real networks stay far below. */
const MAXIMUM_PARTS = 200_000;

export function parseOnnxFile(bytes: Uint8Array): OnnxFile {
  let graph: Uint8Array | undefined;
  let operatorSet: number | undefined;
  const metadata: [key: string, value: string][] = [];
  for (const field of fieldsOf(bytes)) {
    if (field.number === 7) graph = bytesOf(field);
    if (field.number === 14 && metadata.length < MAXIMUM_PARTS) metadata.push(parseEntry(bytesOf(field)));
    if (field.number === 8) {
      const { domain, version } = parseOperatorSet(bytesOf(field));
      if (domain === '' || domain === 'ai.onnx') operatorSet = version;
    }
  }
  if (graph === undefined || operatorSet === undefined) throw new RangeError('it holds no ONNX network');
  return { operatorSet, ...parseGraph(graph), metadata: Object.fromEntries(metadata) };
}

function parseOperatorSet(message: Uint8Array): { domain: string; version: number } {
  let domain = '';
  let version = 0;
  for (const field of fieldsOf(message)) {
    if (field.number === 1) domain = textOf(field);
    if (field.number === 2) version = integerOf(field);
  }
  return { domain, version };
}

/** A StringStringEntryProto. */
function parseEntry(message: Uint8Array): [key: string, value: string] {
  let [key, value] = ['', ''];
  for (const field of fieldsOf(message)) {
    if (field.number === 1) key = textOf(field);
    if (field.number === 2) value = textOf(field);
  }
  return [key, value];
}

function parseGraph(message: Uint8Array): Omit<OnnxFile, 'operatorSet' | 'metadata'> {
  const nodes: OnnxNode[] = [];
  const initializers = new Map<string, StoredTensor>();
  const inputs: ValueInfo[] = [];
  const outputs: string[] = [];
  let parts = 0;
  for (const field of fieldsOf(message)) {
    if (++parts > MAXIMUM_PARTS) throw new RangeError(`its graph has more than ${MAXIMUM_PARTS} parts`);
    if (field.number === 1) nodes.push(parseNode(bytesOf(field)));
    else if (field.number === 5) {
      const tensor = parseTensor(bytesOf(field));
      if (initializers.has(tensor.name)) throw new RangeError(`the tensor "${tensor.name}" is stored twice`);
      initializers.set(tensor.name, tensor);
    } else if (field.number === 11) inputs.push(parseValueInfo(bytesOf(field)));
    else if (field.number === 12) outputs.push(parseValueInfo(bytesOf(field)).name);
    else if (field.number === 15) throw new RangeError('it has sparse tensors, which are not supported');
  }
  // Until version 3 of the format every stored tensor was listed among the inputs.
  return { nodes, initializers, inputs: inputs.filter(({ name }) => !initializers.has(name)), outputs };
}

function parseNode(message: Uint8Array): OnnxNode {
  const inputs: string[] = [];
  const outputs: string[] = [];
  const attributes = new Map<string, Attribute>();
  let name = '';
  let operator = '';
  let domain = '';
  for (const field of fieldsOf(message)) {
    if (field.number === 1) inputs.push(textOf(field));
    else if (field.number === 2) outputs.push(textOf(field));
    else if (field.number === 3) name = textOf(field);
    else if (field.number === 4) operator = textOf(field);
    else if (field.number === 5) attributes.set(...parseAttribute(bytesOf(field)));
    else if (field.number === 7) domain = textOf(field);
  }
  const isOnnx = domain === '' || domain === 'ai.onnx';
  return { name, operator: isOnnx ? operator : `${domain}.${operator}`, inputs, outputs, attributes };
}

function parseAttribute(message: Uint8Array): [string, Attribute] {
  let name = '';
  let type = 0;
  let float = 0;
  let integer = 0;
  let string = '';
  let tensor: StoredTensor | undefined;
  const floats: number[] = [];
  const integers: number[] = [];
  for (const field of fieldsOf(message)) {
    if (field.number === 1) name = textOf(field);
    else if (field.number === 2) float = floatOf(field);
    else if (field.number === 3) integer = integerOf(field);
    else if (field.number === 4) string = textOf(field);
    else if (field.number === 5) tensor = parseTensor(bytesOf(field));
    else if (field.number === 7) appendFloats(floats, field, 4);
    else if (field.number === 8) appendIntegers(integers, field);
    else if (field.number === 20) type = integerOf(field);
  }
  if (type === 1) return [name, { kind: 'float', value: float }];
  if (type === 2) return [name, { kind: 'integer', value: integer }];
  if (type === 3) return [name, { kind: 'text', value: string }];
  if (type === 4 && tensor) return [name, { kind: 'tensor', value: tensor }];
  if (type === 6) return [name, { kind: 'floats', value: floats }];
  if (type === 7) return [name, { kind: 'integers', value: integers }];
  return [name, { kind: 'other', value: undefined }];
}

function parseValueInfo(message: Uint8Array): ValueInfo {
  let name = '';
  let type = 0;
  let shape: (number | string)[] | undefined;
  for (const field of fieldsOf(message)) {
    if (field.number === 1) name = textOf(field);
    if (field.number !== 2) continue;
    for (const kind of fieldsOf(bytesOf(field))) {
      if (kind.number !== 1) continue;
      for (const part of fieldsOf(bytesOf(kind))) {
        if (part.number === 1) type = integerOf(part);
        if (part.number === 2) shape = parseShape(bytesOf(part));
      }
    }
  }
  return { name, type, shape };
}

function parseShape(message: Uint8Array): (number | string)[] {
  const shape: (number | string)[] = [];
  for (const field of fieldsOf(message)) {
    if (field.number !== 1) continue;
    let size: number | string = '?';
    for (const part of fieldsOf(bytesOf(field))) {
      if (part.number === 1) size = integerOf(part);
      if (part.number === 2) size = textOf(part);
    }
    // Some exporters write an open size as 0 or -1.
    shape.push(typeof size === 'number' && size <= 0 ? '?' : size);
  }
  if (shape.length > MAXIMUM_RANK) throw new RangeError(`a value has ${shape.length} axes`);
  return shape;
}
