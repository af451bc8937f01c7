/**
 * The trial that a network of others has to pass before it becomes half of a model: what the file says about its input
 * has to fit what lookhear will feed, and one run in the engine shows what comes out. A folder that does not fit is told
 * so in one sentence here, not in the middle of somebody's work.
 */
import type { Engine, TensorData } from '../engine/engine.ts';
import { LookhearError } from '../errors.ts';
import { type OnnxFile, parseOnnxFile, type ValueInfo } from '../weights/onnxFile.ts';

/** ONNX's number of float32; 0 is a file that does not say. */
const fittingTypes: readonly number[] = [0, 1];

/** A float32 output of the trial. */
export interface TrialOutput {
  readonly name: string;
  readonly dims: readonly number[];
  /** Its values at each run, as long as `dims` say. */
  readonly runs: readonly Float32Array[];
}

/** The same numbers as they are, turned round and enlarged: what stays between 0 and 1 under all of them is no accident. */
const trialFactors = [1, -1, 4] as const;

/**
 * The one input of a network.
 * @param file What the network is called in messages.
 * Fails with MODEL_INVALID where the bytes are no ONNX file, or there are several inputs, or it is not float32.
 */
export function onlyInput(bytes: Uint8Array, file: string): ValueInfo {
  const { inputs } = read(bytes, file);
  if (inputs.length !== 1) {
    const names = inputs.map(({ name }) => `"${name}"`).join(', ');
    throw unfit(file, inputs.length === 0 ? 'it takes no input' : `it takes ${inputs.length} inputs, ${names}`, {
      hint: 'Export it again with one input alone: the pictures, or the sounds.',
    });
  }
  const [only] = inputs;
  if (!fittingTypes.includes(only.type)) {
    throw unfit(file, `its input "${only.name}" is not float32`, {
      hint: 'Take the model.onnx that was exported in full precision.',
    });
  }
  return only;
}

function read(bytes: Uint8Array, file: string): OnnxFile {
  try {
    return parseOnnxFile(bytes);
  } catch (cause) {
    if (!(cause instanceof RangeError)) throw cause;
    throw unfit(file, cause.message, { hint: 'Export the network again, as one ONNX file.', cause });
  }
}

/**
 * Holds the shape that a file states against what it will be fed; an open size fits any.
 * @param what The input in words: "pictures", "sounds of the front end "ast"".
 */
export function checkShape({ name, shape }: ValueInfo, expected: readonly number[], what: string, file: string): void {
  if (shape === undefined) return;
  const fits =
    shape.length === expected.length &&
    shape.every((size, axis) => typeof size === 'string' || size === expected[axis]);
  if (fits) return;
  throw unfit(file, `its input "${name}" is [${shape.join(', ')}], and ${what} are [${expected.join(', ')}]`, {
    hint: 'Check that the folder is the right one, and that its preprocessor_config.json belongs to the network.',
  });
}

/**
 * Runs a network on numbers that mean nothing but are not all alike.
 * @returns every float32 output, those of several runs together. Fails with MODEL_INVALID where the engine cannot load or run the network.
 */
export async function runTrial(
  engine: Engine,
  bytes: Uint8Array,
  input: string,
  dims: readonly number[],
  file: string,
): Promise<TrialOutput[]> {
  const length = dims.reduce((product, size) => product * size, 1);
  const numbers = Float32Array.from({ length }, (_, index) => 1.5 * Math.sin(0.37 * index) + Math.sin(0.0021 * index));
  try {
    const session = await engine.createSession(bytes);
    try {
      const runs: Record<string, TensorData>[] = [];
      for (const factor of trialFactors) {
        const data = numbers.map((value) => factor * value);
        runs.push(await session.run({ [input]: { type: 'float32', dims, data } }));
      }
      return Object.keys(runs[0]).flatMap((name) => floatOutput(name, runs));
    } finally {
      await session.close();
    }
  } catch (cause) {
    if (!(cause instanceof LookhearError)) throw cause;
    const reason = cause.message.replace(/^The engine [^:]*: /, '').replace(/\.$/, '');
    throw unfit(file, `the engine refuses it (${reason.split('\n')[0]})`, {
      hint: 'Export the network again, with operators that ONNX Runtime knows on the CPU.',
      cause,
    });
  }
}

function floatOutput(name: string, runs: readonly Record<string, TensorData>[]): TrialOutput[] {
  const values = runs.flatMap(({ [name]: output }) => (output.type === 'float32' ? [output.data] : []));
  return values.length === runs.length ? [{ name, dims: runs[0][name].dims, runs: values }] : [];
}

/**
 * The output to use: of those that fit, the one called "logits", else the first.
 * @param what What was looked for, in words. Fails with MODEL_INVALID where none fits.
 */
export function chooseOutput(
  outputs: readonly TrialOutput[],
  fits: (output: TrialOutput) => boolean,
  what: string,
  file: string,
): TrialOutput {
  const fitting = outputs.filter(fits);
  const chosen = fitting.find(({ name }) => name === 'logits') ?? fitting[0];
  if (chosen !== undefined) return chosen;
  const shapes = outputs.map(({ name, dims }) => `"${name}" [${dims.join(', ')}]`).join(', ');
  throw unfit(file, `it answers with ${shapes || 'no float32 output'}, expected ${what}`, {
    hint: 'Check that "id2label" in config.json names every output, and that the network is of the right kind.',
  });
}

/**
 * Whether what comes out are probabilities already, in every run.
 * @param channels Of [channels, places]: at each place they sum up to 1. Unset: each is by itself.
 */
export function areProbabilities({ runs }: TrialOutput, channels?: number): boolean {
  return runs.every(
    (values) =>
      values.every((value) => value >= 0 && value <= 1) && (channels === undefined || sumToOne(values, channels)),
  );
}

function sumToOne(values: Float32Array, channels: number): boolean {
  const places = values.length / channels;
  for (let place = 0; place < places; place++) {
    let sum = 0;
    for (let channel = 0; channel < channels; channel++) sum += values[channel * places + place];
    if (Math.abs(sum - 1) > 1e-3) return false;
  }
  return true;
}

export function unfit(
  file: string,
  problem: string,
  { hint, cause }: { readonly hint: string; readonly cause?: unknown },
): LookhearError {
  return new LookhearError('MODEL_INVALID', `Cannot use ${file}: ${problem}.`, { hint, cause });
}
