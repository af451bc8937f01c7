/** `lookhear train` as a process that is killed: the same command goes on, and ends with the weights of a whole run. */
import { spawn } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { isEngine } from '../src/engine/chooseEngine.node.ts';
import { openNativeEngine } from '../src/engine/native.node.ts';
import { writeSquarePairs } from '../src/train/report/trainingPairs.fixtures.ts';
import { command, type Outcome, runCommand } from './runCommand.ts';

// Each test starts processes, which takes long on a busy machine.
vi.setConfig({ testTimeout: 240_000, hookTimeout: 60_000 });

const hasEngine = isEngine(await openNativeEngine());

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lookhear-train-'));
  await writeSquarePairs(join(folder, 'pairs'), 8);
});
afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

const tiny = ['size=49', 'width=4', 'pyramidWidth=16', 'soundWidth=4', 'batch=4', 'microBatch=2'];
const trainWords = (out: string, ...fields: string[]): string[] => [
  'train',
  '--data',
  'pairs',
  '--out',
  out,
  '--threads',
  '1',
  '--json',
  ...[...tiny, ...fields].flatMap((field) => ['--set', field]),
];

const lookhear = (words: readonly string[]): Promise<Outcome> => runCommand(words, folder, process.env);

/** Runs until so many steps were told, then kills. */
async function killAfter(words: readonly string[], steps: number): Promise<void> {
  const child = spawn(process.execPath, [command, ...words], { cwd: folder, stdio: ['ignore', 'pipe', 'inherit'] });
  let text = '';
  child.stdout.on('data', (data: Buffer) => {
    text += data;
    if ((text.match(/"kind":"step"/g) ?? []).length >= steps) child.kill('SIGKILL');
  });
  await new Promise((resolve) => child.on('exit', resolve));
  await setTimeout(20);
}

describe.skipIf(!hasEngine)('lookhear train', () => {
  it('killed twice, ends with the weights of a run that was left alone', async () => {
    const fields = ['epochs=4', 'validationShare=0', 'checkpointEvery=1'];
    expect((await lookhear(trainWords('whole', ...fields))).code).toBe(0);
    await killAfter(trainWords('killed', ...fields), 2);
    await killAfter(trainWords('killed', ...fields), 3);
    const { code, stdout } = await lookhear(trainWords('killed', ...fields));
    expect(code).toBe(0);
    expect(JSON.parse(stdout.trim().split('\n').at(-1)!)).toMatchObject({ kind: 'finished' });
    for (const name of ['checkpoints/step-8.safetensors', 'model/model.json', 'model/picture.onnx']) {
      const [a, b] = await Promise.all(['whole', 'killed'].map((run) => readFile(join(folder, run, name))));
      expect(a.equals(b), name).toBe(true);
    }
    expect((await readdir(join(folder, 'killed'))).some((name) => name.startsWith('.'))).toBe(false);
  });

  it('prints its config with every default, and takes that back', async () => {
    const { code, stdout } = await lookhear(['train', '--print-config', '--set', 'optimiser.kind=adamW']);
    expect(code).toBe(0);
    const config = JSON.parse(stdout);
    expect(config).toMatchObject({ preset: 'report', size: 473, batch: 15, epochs: 30, optimiser: { kind: 'adamW' } });
    await writeFile(join(folder, 'train.json'), stdout);
    const again = await lookhear(['train', '--config', 'train.json', '--print-config']);
    expect(JSON.parse(again.stdout)).toEqual(config);
  });

  it.each([
    [['--set', 'epoch=3'], /there is no field "epoch"/],
    [['--set', 'epochs=0'], /"epochs" must be at least 1, got 0/],
    [['--config', 'nowhere.json'], /Cannot read nowhere\.json/],
    [['--data', 'nothing-here'], /nothing-here/],
  ])('refuses %j in one sentence, with code 2', async (words, sentence) => {
    const { code, stderr } = await lookhear(['train', ...words, '--out', 'never']);
    expect(code).toBe(2);
    expect(stderr).toMatch(sentence);
    expect(await readdir(folder)).not.toContain('never');
  });

  it('stops with the tensor named where the loss is no number, and keeps the last good checkpoint', async () => {
    const fields = ['epochs=30', 'validationShare=0', 'checkpointEvery=1', 'optimiser.learningRate=1e25'];
    const { code, stderr } = await lookhear(trainWords('diverged', ...fields));
    expect(code).toBe(1);
    expect(stderr).toMatch(/is (NaN|Infinity|-Infinity) at step \d+/);
  });
});
