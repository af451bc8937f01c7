/**
 * Reads a network from an ONNX file into a graph, so that it can be cut anywhere, extended, trained and written again.
 * The file is not trusted: nothing in it is executed, and every length, shape and count is checked before use.
 *
 * What the file stores becomes, by use:
 * - parameters, inputs of the graph whose values are in `weights`: floating-point values that are the weights of an
 *   operator (Conv, ConvTranspose, Gemm, MatMul, BatchNormalization, PRelu), and elsewhere those of more than one number
 *   (a bias that is added);
 * - constants of the graph: single numbers elsewhere, and integers;
 * - nothing but the settings of an operation (Clip's bounds, Reshape's shape, Resize's sizes).
 * A weight that is stored as integers or in half precision becomes float32 while reading (DequantizeLinear, Cast) and
 * has the name of the result. Other computations on weights stay in the graph, behind the parameter.
 */
import { LookhearError } from '../errors.ts';
import { type DataType, input, type Shape, sizeOf, type Tensor } from '../graph/tensor.ts';
import { foldings } from './foldConstants.ts';
import { Arguments, isKnown, Leaves, type Value } from './onnxArguments.ts';
import { type OnnxFile, type OnnxNode, parseOnnxFile, type ValueInfo } from './onnxFile.ts';
import { operators } from './onnxOperators.ts';
import { decodeTensor, type Known, knownTypeOf } from './onnxTensor.ts';

export interface ReadOnnxOptions {
  /**
   * Shapes of inputs by name, for the sizes that the file leaves open, and to change others: all further shapes follow.
   * Unset: as in the file, where an open first size (the batch) is 1. Sizes that are written into a node stay: one
   * that does not fit is an error, but a Reshape to [1, 85, -1] also takes a larger batch, and joins it to one row.
   */
  readonly inputShapes?: Readonly<Record<string, Shape>>;
  /** Tensors that take the place of the file's inputs, by name: puts the network behind another graph. */
  readonly inputs?: Readonly<Record<string, Tensor>>;
  /** Stands before the names of the parameters, to keep those of several networks apart. Unset: none. */
  readonly prefix?: string;
  /** What to call the network in an error, its path say. */
  readonly name?: string;
}

export interface OnnxGraph {
  readonly inputs: Readonly<Record<string, Tensor>>;
  /** Reading an output that could not be built fails with the reason. */
  readonly outputs: Readonly<Record<string, Tensor>>;
  /** Every input and every computed value that could be built, by its name in the file. */
  readonly values: ReadonlyMap<string, Tensor>;
  /** One of `values`; fails with MODEL_INVALID and the reason where it could not be built or does not exist. */
  value(name: string): Tensor;
  /** The values of the parameters, by the name of their graph input: what `writeOnnx` takes as `weights`. */
  readonly weights: Map<string, Float32Array>;
}

/** Of the operators' sets; before 7, operators were other ones, and later ones are unknown here. */
const OLDEST_SET = 7;
const NEWEST_SET = 22;

/** A value of more numbers is refused: 16 GiB. */
const MAXIMUM_SIZE = 2 ** 32;

/** Folding may blow up the stored values this much, and this many numbers come on top. */
const FOLDING_FACTOR = 16;
const FOLDING_ALLOWANCE = 2 ** 22;

/**
 * Reads an ONNX file (operator sets 7 to 22, one graph without control flow, all values in the file).
 * Values that cannot be built (an operator that is not supported, sizes that do not fit) do not hinder the others: they
 * are missing in `values`, and asking for them fails with MODEL_INVALID, naming the operator and the node.
 *
 * Fails with MODEL_INVALID where the bytes are no ONNX file or a broken one, with USAGE where an input's shape is left
 * open by the file and by the options, or does not fit the file.
 */
export function readOnnx(bytes: Uint8Array, options: ReadOnnxOptions = {}): OnnxGraph {
  const fail = (problem: string, cause?: unknown): LookhearError =>
    new LookhearError('MODEL_INVALID', `Cannot read ${options.name ?? 'the network'}: ${problem}.`, { cause });
  let file: OnnxFile;
  try {
    file = parseOnnxFile(bytes);
  } catch (cause) {
    if (cause instanceof RangeError) throw fail(cause.message, cause);
    throw cause;
  }
  if (file.operatorSet < OLDEST_SET || file.operatorSet > NEWEST_SET) {
    throw fail(`it uses operator set ${file.operatorSet}, and ${OLDEST_SET} to ${NEWEST_SET} are supported`);
  }

  const leaves = new Leaves(options.prefix ?? '');
  const found = new Map<string, Value | LookhearError>();
  const values = new Map<string, Tensor>();
  let allowance = FOLDING_FACTOR * bytes.length + FOLDING_ALLOWANCE;

  function define(name: string, value: Value | LookhearError): void {
    if (found.has(name) || file.initializers.has(name)) throw fail(`the value "${name}" is defined twice`);
    found.set(name, value);
    if (!(value instanceof LookhearError) && !isKnown(value)) values.set(name, value);
  }

  function lookUp(name: string): Value {
    const value = found.get(name) ?? stored(name);
    if (value instanceof LookhearError) throw value;
    return value;
  }

  function stored(name: string): Known {
    const tensor = file.initializers.get(name);
    if (tensor === undefined) throw new RangeError(`there is no value "${name}"`);
    const value = decodeTensor(tensor);
    found.set(name, value);
    return value;
  }

  function outputsOf(node: OnnxNode): readonly Value[] {
    const inputs = node.inputs.map((name) => (name === '' ? undefined : lookUp(name)));
    const given = new Arguments(node, inputs, file.operatorSet, leaves);
    const folding = foldings.get(node.operator);
    const operator = operators.get(node.operator);
    if (folding && isFoldable(node, inputs)) {
      const folded = folding(given);
      allowance -= folded.values.length;
      if (allowance < 0) throw new RangeError('its constants grow beyond all measure');
      const alias = inputs.find((value): value is Known => value === folded);
      if (alias) return [alias];
      const isComputed = operator && !decoders.has(node.operator) && inputs.some((value) => floatCount(value) > 1);
      const { type, shape, values } = folded;
      return [
        {
          name: node.outputs[0],
          type,
          shape,
          values,
          ...(isComputed && { tensor: () => [operator(given)].flat()[0] }),
        },
      ];
    }
    if (operator === undefined) {
      throw new RangeError(folding ? 'it is supported on stored values only' : 'this operator is not supported');
    }
    return [operator(given)].flat();
  }

  function run(node: OnnxNode): void {
    const label = `${node.operator}${node.name ? ` "${node.name}"` : ''} that computes "${node.outputs[0]}"`;
    let results: readonly Value[] = [];
    let failure = fail(`the output is not supported, of the node ${label}`);
    try {
      results = outputsOf(node);
      for (const { shape } of results) {
        if (sizeOf(shape) > MAXIMUM_SIZE) throw new RangeError(`the result of shape [${shape}] is too large`);
      }
    } catch (cause) {
      results = [];
      if (cause instanceof LookhearError) failure = cause;
      else if (cause instanceof RangeError) failure = fail(`${cause.message}, in the node ${label}`, cause);
      else throw cause;
    }
    for (const [index, name] of node.outputs.entries()) if (name !== '') define(name, results[index] ?? failure);
  }

  const inputs = file.inputs.map((info) => [info.name, inputTensor(info, options)] as const);
  for (const [name, tensor] of inputs) define(name, tensor);
  for (const node of file.nodes) run(node);

  const value = (name: string): Tensor => {
    try {
      return leaves.tensorOf(lookUp(name));
    } catch (cause) {
      throw cause instanceof RangeError ? fail(cause.message, cause) : cause;
    }
  };
  const outputs: Record<string, Tensor> = {};
  for (const name of file.outputs) {
    Object.defineProperty(outputs, name, { enumerable: true, configurable: true, get: () => value(name) });
  }
  return { inputs: Object.fromEntries(inputs), outputs, values, value, weights: leaves.weights };
}

/** Operators that are known from the shape of what they get. */
const shapeReaders: ReadonlySet<string> = new Set(['Shape', 'Size']);

/** Operators that turn stored values into those that are meant: their result is the parameter. */
const decoders: ReadonlySet<string> = new Set(['Cast', 'DequantizeLinear', 'Identity']);

/** More floating-point numbers than these are weights, which nothing has to know while reading. */
const MAXIMUM_SETTINGS = 64;

function isFoldable({ operator }: OnnxNode, inputs: readonly (Value | undefined)[]): boolean {
  if (shapeReaders.has(operator)) return true;
  if (!inputs.every((value) => value === undefined || isKnown(value))) return false;
  return decoders.has(operator) || inputs.every((value) => floatCount(value) <= MAXIMUM_SETTINGS);
}

function floatCount(value: Value | undefined): number {
  return value && isKnown(value) && value.type === 'float32' ? value.values.length : 0;
}

const inputTypes: readonly DataType[] = ['float32', 'int64', 'int32', 'uint8', 'bool'];

function inputTensor({ name, type, shape }: ValueInfo, options: ReadOnnxOptions): Tensor {
  const own = <T>(record: Readonly<Record<string, T>> | undefined): T | undefined =>
    record && Object.hasOwn(record, name) ? record[name] : undefined;
  const refuse = (problem: string, hint: string): LookhearError =>
    new LookhearError('USAGE', `Cannot read ${options.name ?? 'the network'}: its input "${name}" ${problem}.`, {
      hint,
    });
  const known = knownTypeOf(type);
  const dataType = inputTypes.find((candidate) => candidate === known);
  const inFile = shape === undefined ? 'any shape' : `the shape [${shape.join(', ')}]`;
  const tensor = own(options.inputs);
  const asked = tensor?.shape ?? own(options.inputShapes);
  if (dataType === undefined)
    throw refuse(`is of the ONNX type ${type}`, 'Only numbers of the usual types are supported.');
  if (tensor !== undefined && tensor.type !== dataType) {
    throw refuse(`is of type ${dataType}, not ${tensor.type}`, 'Cast the tensor.');
  }
  if (asked !== undefined && shape !== undefined && asked.length !== shape.length) {
    throw refuse(`has ${inFile}, and [${asked.join(', ')}] is given`, 'Give as many sizes as the file has.');
  }
  if (asked !== undefined && !asked.every((size) => Number.isSafeInteger(size) && size >= 1)) {
    throw refuse(`cannot have the shape [${asked.join(', ')}]`, 'Give sizes from 1 up.');
  }
  const closed = shape?.map((size, axis) => (typeof size === 'string' && axis === 0 ? 1 : size));
  const sizes = asked ?? closed;
  if (sizes === undefined || !sizes.every((size) => typeof size === 'number')) {
    throw refuse(`has ${inFile}, which is open`, `Name its sizes: inputShapes: { ${name}: [...] }.`);
  }
  return tensor ?? input(name, sizes, dataType);
}
