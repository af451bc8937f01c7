import { execFileSync } from 'node:child_process';
import { appendFile, cp, mkdir, mkdtemp, readdir, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Checkpoint } from '../checkpoint.ts';
import { parseConfig } from './config.ts';
import { bytesText, diskFailure } from './diskFailure.ts';
import type { MetricsEntry } from './metrics.ts';
import { type OpenedRun, openRunFolder, type RunFolder } from './runFolder.ts';

let scratch: string;
let path: string;

beforeEach(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'lookhear-run-'));
  path = join(scratch, 'run');
});
afterEach(async () => rm(scratch, { recursive: true }));

const open = (overrides = {}, others = {}): Promise<OpenedRun> =>
  openRunFolder({
    path,
    config: parseConfig('{}', 'train.json', { out: path, ...overrides }),
    version: '1.2.3',
    engine: 'native',
    started: new Date(0),
    ...others,
  });

const checkpoint = (step: number, size = 3): Checkpoint => ({
  values: new Map([['weight', new Float32Array(size).fill(step)]]),
  step,
  notes: { order: 'seeded' },
});

const entry = (step: number): MetricsEntry => ({ step, epoch: step / 10, loss: 1 / step, learningRate: 0.001 });

const checkpointNames = async (): Promise<string[]> => (await readdir(join(path, 'checkpoints'))).toSorted();

describe('a new run', () => {
  it('begins with its config, its facts and no metrics', async () => {
    const run = await open({ seed: 7 });
    expect(run).toMatchObject({ checkpoint: undefined, notes: [] });
    expect(JSON.parse(await readFile(join(path, 'config.json'), 'utf8'))).toMatchObject({ seed: 7, batch: 15 });
    expect(JSON.parse(await readFile(join(path, 'run.json'), 'utf8'))).toEqual({
      schema: 'lookhear/run@1',
      version: '1.2.3',
      seed: 7,
      node: process.version,
      engine: 'native',
      started: '1970-01-01T00:00:00.000Z',
    });
    expect(await run.folder.metrics()).toEqual([]);
  });

  it('does not begin among the files of others', async () => {
    await mkdir(path);
    await writeFile(join(path, 'thesis.tex'), '');
    await expect(open()).rejects.toMatchObject({
      code: 'OUTPUT_EXISTS',
      message: `Cannot begin a run in ${path}: it holds other files (thesis.tex).`,
    });
  });

  it('puts pictures and pages where they are asked for', async () => {
    const { folder } = await open();
    await folder.write('maps/epoch-1/a.png', Uint8Array.of(1));
    await folder.append('events/e', Uint8Array.of(2));
    await folder.append('events/e', Uint8Array.of(3));
    expect([...(await readFile(join(path, 'maps/epoch-1/a.png')))]).toEqual([1]);
    expect([...(await readFile(join(path, 'events/e')))]).toEqual([2, 3]);
  });
});

describe('a run that is opened again', () => {
  it('goes on from the highest checkpoint, by number, and keeps the last two', async () => {
    const { folder } = await open();
    for (const step of [90, 95, 100]) await folder.saveCheckpoint(checkpoint(step));
    expect(await checkpointNames()).toEqual(['step-100.safetensors', 'step-95.safetensors']);
    expect(folder.lastStep).toBe(100);
    const again = await open();
    expect(again.checkpoint).toEqual(checkpoint(100));
    expect(again.folder.lastStep).toBe(100);
  });

  it('drops metrics behind the checkpoint, and a line that was cut', async () => {
    const { folder } = await open();
    for (const step of [10, 20, 30]) await folder.appendMetrics(entry(step));
    await folder.saveCheckpoint(checkpoint(20));
    await appendFile(join(path, 'metrics.jsonl'), '{"step":40,"validation":{"ciou":{"value":0.1}');
    const again = await open();
    await again.folder.appendMetrics(entry(30));
    expect(await again.folder.metrics()).toEqual([entry(10), entry(20), entry(30)]);
  });

  it('drops all metrics where no checkpoint was written', async () => {
    const { folder } = await open();
    await folder.appendMetrics(entry(10));
    expect(await (await open()).folder.metrics()).toEqual([]);
  });

  it.each([
    ['cut in its values', (file: string) => truncate(file, 90)],
    ['empty', (file: string) => truncate(file, 0)],
    ['of another step', async (file: string) => cp(join(path, 'checkpoints', 'step-10.safetensors'), file)],
  ])('falls back to the checkpoint before where the newest is %s, and says so', async (_, damage) => {
    const { folder } = await open();
    for (const step of [10, 20]) await folder.saveCheckpoint(checkpoint(step));
    await damage(join(path, 'checkpoints', 'step-20.safetensors'));
    const again = await open();
    expect(again.checkpoint).toEqual(checkpoint(10));
    expect(again.notes).toEqual([expect.stringMatching(/^The checkpoint of step 20 is damaged and was set aside/)]);
    await again.folder.saveCheckpoint(checkpoint(15));
    expect(await checkpointNames()).toEqual([
      'step-10.safetensors',
      'step-15.safetensors',
      'step-20.safetensors.damaged',
    ]);
  });

  it('stops rather than begin anew where no checkpoint can be read', async () => {
    const { folder } = await open();
    await truncate(await folder.saveCheckpoint(checkpoint(10)), 9);
    await expect(open()).rejects.toMatchObject({ code: 'INPUT_CORRUPT' });
    expect(await checkpointNames()).toEqual(['step-10.safetensors']);
  });

  it('refuses another config, and names the field', async () => {
    await open();
    await expect(open({ size: 233 })).rejects.toMatchObject({
      code: 'USAGE',
      message: `The run in ${path} was begun with size 473, not 233.`,
    });
    await expect(open({ 'optimiser.kind': 'adamW' })).rejects.toThrow(
      'was begun with optimiser.kind "sgd", not "adamW"',
    );
  });

  it('takes more epochs, other threads and another place, and remembers them', async () => {
    await open();
    await open({ epochs: 40, threads: 2, out: 'elsewhere' });
    expect(JSON.parse(await readFile(join(path, 'config.json'), 'utf8'))).toMatchObject({ epochs: 40, threads: 2 });
  });

  it('says where another engine or version goes on', async () => {
    await open();
    expect((await open({}, { engine: 'wasm' })).notes).toEqual([
      'The run began with engine native and goes on with wasm: weights may differ in the last digits.',
    ]);
  });

  it('clears away what a killed process left half-written', async () => {
    await open();
    await writeFile(join(path, 'checkpoints', '.lookhear-00ff.tmp'), 'half');
    await writeFile(join(path, '.lookhear-00ff.tmp'), 'half');
    await open();
    expect(await checkpointNames()).toEqual([]);
    expect(await readdir(path)).not.toContain('.lookhear-00ff.tmp');
  });
});

it('ends the same wherever it was killed', async () => {
  const STEPS = 12;
  const states: string[] = [];
  const keep = async (): Promise<void> => {
    const copy = join(scratch, `state-${states.length}`);
    if ((await stat(path).catch(() => undefined)) === undefined) return;
    await cp(path, copy, { recursive: true });
    states.push(copy);
  };
  /** Arithmetic that depends on every step before; `afterWrite` looks at the folder as a kill would leave it. */
  const train = async (afterWrite: () => Promise<void>): Promise<void> => {
    const { folder, checkpoint: last } = await open();
    await afterWrite();
    const weights = last?.values.get('weight') ?? new Float32Array(3);
    for (let step = (last?.step ?? 0) + 1; step <= STEPS; step++) {
      for (const index of weights.keys()) weights[index] = Math.fround(weights[index] * 0.9 + Math.sin(step + index));
      await folder.appendMetrics({ ...entry(step), loss: weights[0] });
      await afterWrite();
      if (step % 4 === 0) await folder.saveCheckpoint({ values: new Map([['weight', weights]]), step, notes: {} });
      await afterWrite();
    }
  };
  const result = async (): Promise<[Buffer, string]> => [
    await readFile(join(path, 'checkpoints', `step-${STEPS}.safetensors`)),
    await readFile(join(path, 'metrics.jsonl'), 'utf8'),
  ];
  await train(keep);
  const expected = await result();
  expect(states.length).toBe(25);
  for (const state of states) {
    await rm(path, { recursive: true });
    await cp(state, path, { recursive: true });
    await train(async () => undefined);
    expect(await result()).toEqual(expected);
  }
});

/** A megabyte of disk, where the system lets us make one. */
function mountTinyDisk(folder: string): boolean {
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', folder], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

describe('a full disk', () => {
  const story =
    /^Cannot write .*: the disk is full: it takes 400\.0 kB, and \d.* are free\. The checkpoint of step 20 stands\.$/;

  it('stops with the story told, the last good checkpoint and nothing half-written', async ({ skip }) => {
    await mkdir(path);
    if (!mountTinyDisk(path)) return skip();
    try {
      const { folder } = await open();
      for (const step of [10, 20]) await folder.saveCheckpoint(checkpoint(step, 100_000));
      await expect(folder.saveCheckpoint(checkpoint(30, 100_000))).rejects.toMatchObject({
        code: 'FAILED',
        message: expect.stringMatching(story),
      });
      expect(await checkpointNames()).toEqual(['step-10.safetensors', 'step-20.safetensors']);

      const line = entry(20);
      const fill = async (into: RunFolder): Promise<void> => {
        for (let step = 0; step < 5000; step++) await into.appendMetrics({ ...line, validation: {} });
      };
      await appendFile(join(path, 'filler'), new Uint8Array(1e6)).catch(() => undefined);
      await expect(fill(folder)).rejects.toThrow('the disk is full');
      expect((await readFile(join(path, 'metrics.jsonl'), 'utf8')).replace(/\{.*\}\n/g, '')).toBe('');
      await rm(join(path, 'filler'));
      expect((await open()).checkpoint).toEqual(checkpoint(20, 100_000));
    } finally {
      execFileSync('umount', [path]);
    }
  });

  it('says so before there is any checkpoint, and of any other failure of the system too', async () => {
    const failure = async (code: string): Promise<unknown> => {
      const cause = Object.assign(new Error(code), { code, syscall: 'write' });
      return await diskFailure({ path: join(scratch, 'a'), bytes: 12, lastStep: undefined, cause });
    };
    expect(await failure('EDQUOT')).toMatchObject({
      code: 'FAILED',
      message: expect.stringMatching(/the disk is full: it takes 12 bytes.*\. No checkpoint was written yet\.$/),
    });
    expect(await failure('EIO')).toMatchObject({
      message: expect.stringMatching(/the system says EIO to 12 bytes\. No checkpoint was written yet\.$/),
    });
    const bug = new TypeError('x is not a function');
    expect(await diskFailure({ path: 'a', bytes: 1, lastStep: 1, cause: bug })).toBe(bug);
  });

  it('counts in units that people read', () => {
    expect([999, 1500, 304_200_000, 2e9].map(bytesText)).toEqual(['999 bytes', '1.5 kB', '304.2 MB', '2.0 GB']);
  });
});
