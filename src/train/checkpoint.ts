/** Checkpoints: everything that a training changes, in one file that is replaced as a whole. */
import { readFile } from 'node:fs/promises';
import { writeFileAtomically } from '../media/atomicWrite.ts';
import { readSafetensors, writeSafetensors } from '../weights/safetensors.ts';

export interface Checkpoint {
  readonly values: ReadonlyMap<string, Float32Array>;
  /** Steps done. */
  readonly step: number;
  /** Whatever else the training must remember. */
  readonly notes: Readonly<Record<string, string>>;
}

export async function writeCheckpoint(path: string, { values, step, notes }: Checkpoint): Promise<void> {
  const tensors = new Map([...values].map(([name, array]) => [name, { shape: [array.length], values: array }]));
  await writeFileAtomically(path, writeSafetensors({ tensors, metadata: { ...notes, step: `${step}` } }), {
    force: true,
  });
}

/** Undefined where there is none yet. */
export async function readCheckpoint(path: string): Promise<Checkpoint | undefined> {
  let bytes: Uint8Array;
  try {
    bytes = await readFile(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
  const { tensors, metadata } = readSafetensors(bytes, path);
  const { step, ...notes } = metadata;
  return { values: new Map([...tensors].map(([name, { values }]) => [name, values])), step: Number(step), notes };
}
