/**
 * Which array of some weight files belongs to which parameter of a system's networks, by name and shape, and what is
 * left over on either side. Nothing is decoded here: values are read when they are put into their place.
 */
import { sameShape } from '../graph/tensor.ts';
import type { StoredWeights, WeightFile } from '../weights/files/weightFile.ts';
import { type Convention, conventions, type NetworkSettings, type Recognised, type Side } from './conventions.ts';
import { shapeAsOurs, valuesAsOurs } from './layouts.ts';

/** A parameter that is looked for; a Parameter with its side. */
export interface Wanted {
  readonly side: Side;
  readonly name: string;
  readonly shape: readonly number[];
}

export interface NamedFile {
  /** As the user calls it, its path say. */
  readonly name: string;
  readonly weights: WeightFile;
}

export interface Fit extends Wanted {
  readonly file: string;
  /** Of the array in the file. */
  readonly tensor: string;
  /** The values as ours lie. */
  readonly read: () => Float32Array;
}

export interface WrongShape extends Wanted {
  readonly file: string;
  readonly tensor: string;
  /** What the array would be if it lay as ours. */
  readonly found: readonly number[];
}

export interface Leftover {
  readonly file: string;
  readonly tensor: string;
  readonly shape: readonly number[];
}

export interface Matching {
  /** Of each file: whose names it has; undefined where none of its names is known. */
  readonly conventions: ReadonlyMap<string, string | undefined>;
  readonly fits: readonly Fit[];
  /** Parameters for which no file holds an array of any shape. */
  readonly missing: readonly Wanted[];
  readonly wrongShape: readonly WrongShape[];
  /** Arrays that no parameter takes, or whose place another has already. */
  readonly unused: readonly Leftover[];
  /** Arrays that are known to belong to such files and to none of our networks. */
  readonly leftOut: readonly Leftover[];
  /** What the files' names say about the picture network. */
  readonly settings: NetworkSettings | undefined;
}

/** ONNX files keep settings of their operations beside the weights; those are vectors of a few numbers. */
const LONGEST_SETTING = 8;

export function matchWeights(wanted: readonly Wanted[], files: readonly NamedFile[]): Matching {
  const fits = new Map<Wanted, Fit>();
  const wrongShape = new Map<Wanted, WrongShape>();
  const unused: Leftover[] = [];
  const leftOut: Leftover[] = [];
  const used = new Map<string, string | undefined>();
  let settings: NetworkSettings | undefined;
  for (const { name: file, weights } of files) {
    const { convention, recognised } = bestConvention(wanted, weights);
    used.set(file, convention?.name);
    const slotOf = slotFinder(wanted, recognised.values());
    for (const [tensor, stored] of weights.tensors) {
      const known = recognised.get(tensor);
      const slot = known && slotOf(known);
      const leftover = { file, tensor, shape: stored.shape };
      if (known === undefined || slot === undefined) {
        const isSetting = weights.format === 'onnx' && isSmallVector(stored);
        (isSetting || convention?.leavesOut?.test(tensor) ? leftOut : unused).push(leftover);
        continue;
      }
      const found = shapeAsOurs(known.layout, known.parameter, stored.shape);
      if (fits.has(slot)) unused.push(leftover);
      else if (sameShape(found, slot.shape)) {
        const read = (): Float32Array => valuesAsOurs(known.layout, stored.shape, stored.read());
        fits.set(slot, { ...slot, file, tensor, read });
        if (slot.side === 'picture') settings ??= convention?.settings;
      } else wrongShape.set(slot, { ...slot, file, tensor, found });
    }
  }
  return {
    conventions: used,
    fits: [...fits.values()],
    missing: wanted.filter((slot) => !fits.has(slot) && !wrongShape.has(slot)),
    wrongShape: [...wrongShape].filter(([slot]) => !fits.has(slot)).map(([, wrong]) => wrong),
    unused,
    leftOut,
    settings,
  };
}

/** The one that recognises most of the file's arrays; the first of the table where several do. */
function bestConvention(
  wanted: readonly Wanted[],
  { tensors }: WeightFile,
): { readonly convention: Convention | undefined; readonly recognised: ReadonlyMap<string, Recognised> } {
  const known = new Set(wanted.map(({ name }) => name));
  let best: { convention: Convention | undefined; recognised: ReadonlyMap<string, Recognised> } = {
    convention: undefined,
    recognised: new Map(),
  };
  for (const convention of conventions) {
    const recognised = new Map<string, Recognised>();
    for (const tensor of tensors.keys()) {
      const match = convention.recognise(tensor, known);
      if (match !== undefined) recognised.set(tensor, match);
    }
    // Where a file names sides, what has none is a constant of the joint graph, whatever it is called.
    if ([...recognised.values()].some(({ side }) => side !== undefined)) {
      for (const [tensor, { side }] of recognised) if (side === undefined) recognised.delete(tensor);
    }
    if (recognised.size > best.recognised.size) best = { convention, recognised };
  }
  return best;
}

/** Where both networks have a parameter of that name and the file does not say which, it means the one it knows more of. */
function slotFinder(
  wanted: readonly Wanted[],
  recognised: Iterable<Recognised>,
): (known: Recognised) => Wanted | undefined {
  const slots = new Map(wanted.map((slot) => [`${slot.side}/${slot.name}`, slot]));
  const counts = { picture: 0, sound: 0 };
  for (const { parameter } of recognised) {
    if (slots.has(`picture/${parameter}`)) counts.picture++;
    if (slots.has(`sound/${parameter}`)) counts.sound++;
  }
  const order: readonly Side[] = counts.picture >= counts.sound ? ['picture', 'sound'] : ['sound', 'picture'];
  return ({ parameter, side }) => {
    const sides = side === undefined ? order : [side];
    return sides.map((candidate) => slots.get(`${candidate}/${parameter}`)).find((slot) => slot !== undefined);
  };
}

function isSmallVector({ shape }: StoredWeights): boolean {
  return shape.length <= 1 && (shape[0] ?? 1) <= LONGEST_SETTING;
}
