/**
 * Weight files of others into a system: decides which of its networks the files fill, and whether anything is in the
 * way. Nothing is made up silently: what no file brings is initialised only where that was asked for.
 */
import { LookhearError } from '../errors.ts';
import { type NetworkSettings, portSettings, type Side } from './conventions.ts';
import { type Leftover, type Matching, matchWeights, type NamedFile, type Wanted } from './matchWeights.ts';
import { nameLines } from './nameLines.ts';
import { type System, settingsIn, wantedOf } from './systems.ts';

export interface ImportPlan {
  readonly system: System;
  readonly matching: Matching;
  /** The networks that the model will have. */
  readonly sides: readonly Side[];
  /** Networks of the preset of which no file holds anything. */
  readonly absent: readonly Side[];
  /** Parameters that no file brings, of networks of which one brings others. */
  readonly missing: readonly Wanted[];
  /** Those, and the parameters for which there is an array of another shape: they keep what they begin with. */
  readonly initialised: readonly Wanted[];
  /** Why the weights cannot be imported, unless all fits: INPUT_UNSUPPORTED, every array in its details. */
  readonly problem: LookhearError | undefined;
}

export interface ImportOptions {
  /** Goes on where arrays are missing, of the wrong shape or of no use. */
  readonly partial: boolean;
}

/** @param systemWith The system that the weights go into, built as their files say. */
export function planImport(
  systemWith: (settings: NetworkSettings) => System,
  files: readonly NamedFile[],
  { partial }: ImportOptions,
): ImportPlan {
  const matching = matchWeights(wantedOf(systemWith(portSettings)), files);
  const stated = files.map(({ weights }) => settingsIn(weights.metadata)).find((settings) => settings !== undefined);
  const system = systemWith(stated ?? matching.settings ?? portSettings);
  const all = (['picture', 'sound'] as const).filter((side) => system[side] !== undefined);
  const touched = new Set([...matching.fits, ...matching.wrongShape].map(({ side }) => side));
  const sides = all.filter((side) => system.isTrained || touched.has(side));
  const missing = matching.missing.filter(({ side }) => touched.has(side));
  const plan = {
    system,
    matching,
    sides,
    absent: all.filter((side) => !sides.includes(side)),
    missing,
    initialised: [...missing, ...matching.wrongShape.map(({ side, name, shape }) => ({ side, name, shape }))],
    problem: undefined,
  };
  const foreign = files.find(({ name }) => !matching.fits.some(({ file }) => file === name));
  if (foreign !== undefined) return { ...plan, problem: nothingFits(plan, foreign) };
  if (partial || plan.initialised.length + matching.unused.length === 0) return plan;
  return { ...plan, problem: someDoNotFit(plan, files) };
}

function nothingFits(plan: ImportPlan, { name, weights }: NamedFile): LookhearError {
  const some = [...weights.tensors.keys()].slice(0, 3).join(', ');
  return new LookhearError('INPUT_UNSUPPORTED', `Cannot import ${name}: nothing in it fits ${plan.system.preset}.`, {
    hint: `It holds ${arrays(weights.tensors.size)}, as ${some}. docs/weights.md lists the names that are known.`,
    details: matchingJson(plan),
  });
}

function someDoNotFit(plan: ImportPlan, files: readonly NamedFile[]): LookhearError {
  return new LookhearError('INPUT_UNSUPPORTED', refusal(plan, files), {
    hint: refusalHint(plan),
    details: matchingJson(plan),
  });
}

const arrays = (count: number): string => (count === 1 ? '1 array' : `${count} arrays`);

function refusal({ system, matching, missing }: ImportPlan, files: readonly NamedFile[]): string {
  const { wrongShape, unused } = matching;
  const verb = (count: number, one: string, many: string): string => `${arrays(count)} ${count === 1 ? one : many}`;
  const problems = [
    missing.length > 0 ? `${verb(missing.length, 'is', 'are')} missing` : '',
    wrongShape.length > 0 ? `${verb(wrongShape.length, 'has', 'have')} another shape` : '',
    unused.length > 0 ? `${verb(unused.length, 'is', 'are')} of no use to it` : '',
  ].filter((problem) => problem !== '');
  const list = problems.length > 1 ? `${problems.slice(0, -1).join(', ')} and ${problems.at(-1)}` : problems[0];
  return `Cannot import ${files.map(({ name }) => name).join(' and ')} into ${system.preset}: ${list}.`;
}

function refusalHint({ system, matching, initialised }: ImportPlan): string {
  const made = initialised.length;
  const makes = system.isTrained ? `keeps the ${made} that it has` : `begins the ${made} at random, to be trained`;
  const parts = [made > 0 ? makes : '', matching.unused.length > 0 ? 'leaves out what is of no use' : ''];
  return `--partial ${parts.filter((part) => part !== '').join(', and ')}. Or choose another preset.`;
}

/** Everything about which array goes where, for programs. */
export function matchingJson({ system, matching, absent, missing, initialised }: ImportPlan) {
  const parameter = ({ side, name, shape }: Wanted) => ({ parameter: `${side}/${name}`, shape });
  const leftover = ({ file, tensor, shape }: Leftover) => ({ file, tensor, shape });
  return {
    preset: system.preset,
    files: [...matching.conventions].map(([file, convention]) => ({
      file,
      names: convention ?? null,
      fits: matching.fits.filter((fit) => fit.file === file).length,
    })),
    absent,
    initialised: initialised.map(parameter),
    missing: missing.map(parameter),
    wrongShape: matching.wrongShape.map((wrong) => ({
      ...parameter(wrong),
      file: wrong.file,
      tensor: wrong.tensor,
      found: wrong.found,
    })),
    unused: matching.unused.map(leftover),
    leftOut: matching.leftOut.map(leftover),
  };
}

/** The same for people: what does not fit, a line for each array or for each group of many. */
export function mismatchLines({ matching, missing }: ImportPlan): string[] {
  const shapeText = (shape: readonly number[]): string => `[${shape.join(', ')}]`;
  return [
    ...nameLines(
      'missing',
      missing.map(({ name, shape }) => [name, shapeText(shape)]),
    ),
    ...nameLines(
      'other shape',
      matching.wrongShape.map(({ name, shape, found }) => [
        name,
        `${shapeText(shape)} expected, ${shapeText(found)} found`,
      ]),
    ),
    ...nameLines(
      'of no use',
      matching.unused.map(({ tensor, shape }) => [tensor, shapeText(shape)]),
    ),
  ];
}
