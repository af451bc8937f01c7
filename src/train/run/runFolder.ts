/**
 * The folder of a training run: config.json, run.json, metrics.jsonl, checkpoints/, and whatever pictures and pages the
 * trainer adds. Files appear whole or not at all, so that a run can be killed at any moment and opened again.
 */
import { appendFile, mkdir, readdir, readFile, rm, stat, truncate } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { LookhearError } from '../../errors.ts';
import { writeFileAtomically } from '../../media/atomicWrite.ts';
import type { Checkpoint } from '../checkpoint.ts';
import { latestCheckpoint, saveCheckpoint } from './checkpoints.ts';
import { describeConfig, parseConfig, printConfig, type TrainingConfig } from './config.ts';
import { diskFailure } from './diskFailure.ts';
import { type MetricsEntry, metricsText, readMetrics } from './metrics.ts';

export interface RunFacts {
  /** Of lookhear. */
  readonly version: string;
  readonly seed: number;
  /** Version of Node. */
  readonly node: string;
  /** Name of the engine. */
  readonly engine: string;
  /** ISO 8601. */
  readonly started: string;
}

export interface OpenRunOptions {
  /** Made where it is missing. */
  readonly path: string;
  readonly config: TrainingConfig;
  readonly version: string;
  readonly engine: string;
  /** Unset: now. */
  readonly started?: Date;
}

export interface OpenedRun {
  readonly folder: RunFolder;
  /** Of the run's beginning, not of its resumption. */
  readonly facts: RunFacts;
  /** Where to go on; undefined at the beginning. */
  readonly checkpoint: Checkpoint | undefined;
  /** What the person should know: a damaged checkpoint, another version or engine than at the beginning. */
  readonly notes: readonly string[];
}

const SCHEMA = 'lookhear/run@1';
/** Fields in which a run may go on otherwise than it began; `out` is where the folder is, which may have moved. */
const changeable = new Set(['epochs', 'threads', 'out']);
const CHECKPOINTS = 'checkpoints';
const METRICS = 'metrics.jsonl';
const temporary = /^\.lookhear-.*\.tmp$/;

/**
 * Begins a run, or opens the one that is there to go on from its last checkpoint: metrics behind it are dropped, because
 * those steps are done again.
 * @throws LookhearError USAGE where the run was begun with another config, OUTPUT_EXISTS where other things lie in the
 * folder, INPUT_CORRUPT where its files cannot be read, FAILED where the disk cannot be written
 */
export async function openRunFolder(options: OpenRunOptions): Promise<OpenedRun> {
  const { path, config, version, engine, started = new Date() } = options;
  await mkdir(join(path, CHECKPOINTS), { recursive: true }).catch(async (cause) => {
    throw await diskFailure({ path, bytes: 0, lastStep: undefined, cause });
  });
  await removeTemporaries(path);
  const begun = await readText(join(path, 'config.json'));
  const now: RunFacts = { version, seed: config.seed, node: process.version, engine, started: started.toISOString() };
  if (begun === undefined) {
    await refuseForeignFiles(path);
    const folder = new RunFolder(path, undefined);
    await folder.write('run.json', `${JSON.stringify({ schema: SCHEMA, ...now }, null, 2)}\n`);
    await folder.write(METRICS, '');
    // Last, because a folder with a config is a run.
    await folder.write('config.json', printConfig(config));
    return { folder, facts: now, checkpoint: undefined, notes: [] };
  }
  refuseOtherConfig(path, parseConfig(begun, join(path, 'config.json')), config);
  const facts = parseFacts(await readText(join(path, 'run.json')), join(path, 'run.json'));
  const { checkpoint, notes } = await latestCheckpoint(join(path, CHECKPOINTS));
  const folder = new RunFolder(path, checkpoint?.step);
  const entries = await folder.metrics();
  const valid = entries.filter(({ step }) => step <= (checkpoint?.step ?? 0));
  await folder.write(METRICS, metricsText(valid));
  await folder.write('config.json', printConfig(config));
  return { folder, facts, checkpoint, notes: [...notes, ...differences(facts, now)] };
}

export class RunFolder {
  readonly path: string;
  #lastStep: number | undefined;

  constructor(path: string, lastStep: number | undefined) {
    this.path = path;
    this.#lastStep = lastStep;
  }

  /** Step of the last good checkpoint; undefined where there is none. */
  get lastStep(): number | undefined {
    return this.#lastStep;
  }

  /** Writes or replaces a file of the run; `name` is its path in the folder, with slashes. */
  async write(name: string, content: string | Uint8Array): Promise<void> {
    const path = join(this.path, name);
    await this.#guard(path, Buffer.byteLength(content), async () => {
      await mkdir(dirname(path), { recursive: true });
      await writeFileAtomically(path, content, { force: true });
    });
  }

  /** Adds to the end of a file; where that fails, the file is as long as before. */
  async append(name: string, content: string | Uint8Array): Promise<void> {
    const path = join(this.path, name);
    await this.#guard(path, Buffer.byteLength(content), async () => {
      await mkdir(dirname(path), { recursive: true });
      const size = await stat(path).then(
        (status) => status.size,
        () => 0,
      );
      try {
        await appendFile(path, content);
      } catch (error) {
        await truncate(path, size).catch(() => undefined);
        throw error;
      }
    });
  }

  async appendMetrics(entry: MetricsEntry): Promise<void> {
    await this.append(METRICS, metricsText([entry]));
  }

  async metrics(): Promise<MetricsEntry[]> {
    return await readMetrics(join(this.path, METRICS));
  }

  /** Returns the path of the file. */
  async saveCheckpoint(checkpoint: Checkpoint): Promise<string> {
    const folder = join(this.path, CHECKPOINTS);
    const path = join(folder, `step-${checkpoint.step}.safetensors`);
    const bytes = [...checkpoint.values.values()].reduce((sum, { byteLength }) => sum + byteLength, 0);
    await this.#guard(path, bytes, () => saveCheckpoint(folder, checkpoint));
    this.#lastStep = checkpoint.step;
    return path;
  }

  async #guard(path: string, bytes: number, write: () => Promise<unknown>): Promise<void> {
    try {
      await write();
    } catch (cause) {
      throw await diskFailure({ path, bytes, lastStep: this.#lastStep, cause });
    }
  }
}

/** What a killed process left half-written. */
async function removeTemporaries(path: string): Promise<void> {
  for (const folder of [path, join(path, CHECKPOINTS)]) {
    const names = await readdir(folder);
    for (const name of names.filter((each) => temporary.test(each))) await rm(join(folder, name), { force: true });
  }
}

/** A run that was killed while it began has left these and no config. */
async function refuseForeignFiles(path: string): Promise<void> {
  const own = new Set([CHECKPOINTS, METRICS, 'run.json']);
  const foreign = (await readdir(path)).find((name) => !own.has(name));
  if (foreign === undefined) return;
  throw new LookhearError('OUTPUT_EXISTS', `Cannot begin a run in ${path}: it holds other files (${foreign}).`, {
    hint: 'Give a new or empty folder.',
  });
}

function refuseOtherConfig(path: string, begun: TrainingConfig, given: TrainingConfig): void {
  const givenValues = new Map(describeConfig(given).map(({ field, value }) => [field, value]));
  for (const { field, value } of describeConfig(begun)) {
    if (changeable.has(field) || givenValues.get(field) === value) continue;
    throw new LookhearError(
      'USAGE',
      `The run in ${path} was begun with ${field} ${value}, not ${givenValues.get(field)}.`,
      {
        hint: `Give another folder for another training, or ${field} as it was to go on.`,
      },
    );
  }
}

function parseFacts(text: string | undefined, path: string): RunFacts {
  try {
    const { schema, ...facts } = JSON.parse(text ?? '') as RunFacts & { readonly schema?: unknown };
    if (schema === SCHEMA) return facts;
  } catch {
    // Said below.
  }
  throw new LookhearError('INPUT_CORRUPT', `Cannot go on: ${path} is missing or not ${SCHEMA}.`, {
    hint: 'Begin in another folder.',
  });
}

/** Where the weights may come out otherwise than without the interruption. */
function differences(begun: RunFacts, now: RunFacts): string[] {
  const watched = ['version', 'engine'] as const;
  return watched
    .filter((key) => begun[key] !== now[key])
    .map(
      (key) =>
        `The run began with ${key} ${begun[key]} and goes on with ${now[key]}: weights may differ in the last digits.`,
    );
}

async function readText(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
