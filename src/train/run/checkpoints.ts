/**
 * The checkpoints of a run: `step-50.safetensors`, one file a checkpoint, of which the last two are kept. Each appears
 * whole or not at all; should a file be cut all the same (a power failure, a copy that broke off), the one before it
 * takes its place.
 */
import { readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { LookhearError } from '../../errors.ts';
import { type Checkpoint, readCheckpoint, writeCheckpoint } from '../checkpoint.ts';

const KEPT = 2;
const fileOf = (step: number): string => `step-${step}.safetensors`;

export interface LatestCheckpoint {
  /** Undefined where none was written yet. */
  readonly checkpoint: Checkpoint | undefined;
  /** A sentence for each damaged file. */
  readonly notes: readonly string[];
}

/** Writes a checkpoint, then removes all but the last two. */
export async function saveCheckpoint(folder: string, checkpoint: Checkpoint): Promise<string> {
  const path = join(folder, fileOf(checkpoint.step));
  await writeCheckpoint(path, checkpoint);
  for (const step of (await stepsOf(folder)).slice(KEPT)) await rm(join(folder, fileOf(step)), { force: true });
  return path;
}

/**
 * Reads the checkpoint of the highest step that can be read. Damaged ones are renamed, so that they are no longer
 * counted among those that are kept.
 * @throws LookhearError INPUT_CORRUPT where there are checkpoints and none can be read
 */
export async function latestCheckpoint(folder: string): Promise<LatestCheckpoint> {
  const notes: string[] = [];
  let damage: unknown;
  const damaged: string[] = [];
  for (const step of await stepsOf(folder)) {
    const path = join(folder, fileOf(step));
    try {
      const checkpoint = await readCheckpoint(path);
      if (checkpoint?.step !== step) throw corrupt(`${path} is not the checkpoint of step ${step}`);
      for (const name of damaged) await rename(name, `${name}.damaged`);
      return { checkpoint, notes };
    } catch (error) {
      if (!(error instanceof LookhearError)) throw error;
      damage = error;
      damaged.push(path);
      notes.push(`The checkpoint of step ${step} is damaged and was set aside (${error.message}).`);
    }
  }
  if (damage !== undefined) throw corrupt(`no checkpoint in ${folder} can be read`, damage);
  return { checkpoint: undefined, notes };
}

/** The highest first. */
async function stepsOf(folder: string): Promise<number[]> {
  const names = await readdir(folder);
  const steps = names.flatMap((name) => /^step-(\d+)\.safetensors$/.exec(name)?.[1] ?? []);
  return steps.map(Number).toSorted((a, b) => b - a);
}

function corrupt(problem: string, cause?: unknown): LookhearError {
  return new LookhearError('INPUT_CORRUPT', problem, {
    hint: 'Begin in another folder, or bring back a copy of the checkpoints.',
    cause,
  });
}
