import { spawn } from 'node:child_process';
import { cp, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Evaluation } from '../src/evaluate/evaluation.ts';
import { command, type Outcome, runCommand } from './runCommand.ts';

const samples = fileURLToPath(new URL('../samples', import.meta.url));

let folder: string;
const run = (...words: string[]): Promise<Outcome> =>
  runCommand(words, folder, { PATH: process.env.PATH, HOME: folder });

const cat = { xmin: 290, ymin: 150, xmax: 470, ymax: 400 };
const astronaut = { xmin: 0, ymin: 0, xmax: 280, ymax: 400 };

/** A line for each of a few pairs of the samples, several times over. */
function lines(copies: number): object[] {
  const pairs = [
    { image: 'pictures/astronaut-and-cat.jpg', audio: 'sounds/voice.ogg', label: 'person', boxes: [astronaut] },
    { image: 'pictures/astronaut-and-cat.jpg', audio: 'sounds/meow.ogg', label: 'cat', boxes: [cat] },
    { image: 'pictures/astronaut-and-cat.jpg', audio: 'sounds/drum-roll.ogg', label: 'drums', boxes: [] },
    { image: 'pictures/cat.jpg', audio: 'sounds/meow.ogg', label: 'cat', boxes: [cat] },
  ];
  return Array.from({ length: copies }, (_, copy) =>
    pairs.map((pair, index) => ({
      ...pair,
      id: `pair${copy}-${index}`,
      image: join(samples, pair.image),
      audio: join(samples, pair.audio),
      width: 512,
      height: 512,
      scene: `scene${copy}-${index}`,
    })),
  ).flat();
}

const writeLines = (name: string, rows: readonly object[]): Promise<void> =>
  writeFile(join(folder, name), rows.map((row) => `${JSON.stringify(row)}\n`).join(''));

const text = (path: string): Promise<string> => readFile(join(folder, path), 'utf8');

/** What a run leaves, gallery and all. */
async function contents(name: string): Promise<Record<string, string>> {
  const result: Record<string, string> = {};
  for (const file of await readdir(join(folder, name), { recursive: true })) {
    const path = join(folder, name, file);
    if ((await stat(path)).isFile()) result[file] = (await readFile(path)).toString('base64');
  }
  return result;
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lookhear-evaluate-'));
  await writeLines('pairs.jsonl', lines(3));
}, 30_000);
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('lookhear evaluate', () => {
  it('tells the model from its floors and controls, with the same bytes for any number of threads', async () => {
    const { code, stdout } = await run('evaluate', 'pairs.jsonl', '--out', 'one', '--threads', '1', '--json');
    expect(code).toBe(0);
    const evaluation: Evaluation = JSON.parse(stdout);
    expect(evaluation.counts).toMatchObject({ items: 12, scored: 12, positives: 9, negatives: 3, missing: 0 });
    const names = evaluation.systems.map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining(['own sound', 'wrong sound', 'picture only', 'centre Gaussian']));
    const here = evaluation.answers.find(({ condition }) => condition === 'own sound')!;
    expect(here.here).toBeGreaterThan(here.count / 2);
    expect(evaluation.negatives).toBeNull();
    expect(evaluation.confusion.rows).toEqual(['cat', 'drums', 'person']);

    const again = await run('evaluate', 'pairs.jsonl', '--out', 'two', '--threads', '2');
    expect(again.code).toBe(0);
    expect(again.stdout).toMatch(/report\.html/);
    expect(await contents('two')).toEqual(await contents('one'));
  }, 120_000);

  it('joins shards to the bytes of one run', async () => {
    for (const shard of ['2/2', '1/2']) {
      expect((await run('evaluate', 'pairs.jsonl', '--out', 'parts', '--shard', shard)).code).toBe(0);
    }
    await expect(text('parts/items.jsonl')).rejects.toThrow();
    expect((await run('evaluate', '--merge', 'parts')).code).toBe(0);
    for (const name of ['items.jsonl', 'report.json', 'report.md', 'report.html']) {
      expect(await text(`parts/${name}`)).toBe(await text(`one/${name}`));
    }
  }, 120_000);

  it('goes on where it was killed', async () => {
    const child = spawn(process.execPath, [command, 'evaluate', 'pairs.jsonl', '--out', 'killed', '--threads', '1'], {
      cwd: folder,
      env: { PATH: process.env.PATH, HOME: folder },
      stdio: 'ignore',
    });
    const ended = new Promise((resolve) => child.on('exit', resolve));
    while ((await text('killed/items.jsonl').catch(() => '')).split('\n').length < 4) {
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    child.kill('SIGKILL');
    await ended;
    const before = await text('killed/items.jsonl');
    // A line that was cut in the middle, as a full disk leaves it.
    await writeFile(join(folder, 'killed/items.jsonl'), before.slice(0, -20));
    const { code, stderr } = await run('evaluate', 'pairs.jsonl', '--out', 'killed');
    expect(code).toBe(0);
    expect(stderr).toMatch(/of 12 items were done before/);
    expect(await text('killed/items.jsonl')).toBe(await text('one/items.jsonl'));
    expect(await text('killed/report.json')).toBe(await text('one/report.json'));
  }, 120_000);

  it('refuses the folder of another evaluation, and says what differs', async () => {
    const { code, stderr } = await run('evaluate', 'pairs.jsonl', '--out', 'one', '--seed', '5');
    expect(code).toBe(2);
    expect(stderr).toMatch(/differs in command, seed/);
  }, 30_000);

  it('counts and lists what is missing or damaged, and goes on', async () => {
    await mkdir(join(folder, 'media'));
    await cp(join(samples, 'pictures/cat.jpg'), join(folder, 'media/cut.jpg'));
    await writeFile(join(folder, 'media/cut.jpg'), (await readFile(join(folder, 'media/cut.jpg'))).subarray(0, 500));
    const [good] = lines(1);
    await writeLines('gaps.jsonl', [
      good,
      { ...good, id: 'gone', image: 'media/gone.jpg' },
      { ...good, id: 'cut', image: 'media/cut.jpg' },
    ]);
    const { code, stdout } = await run('evaluate', 'gaps.jsonl', '--out', 'gaps', '--json');
    expect(code).toBe(3);
    const { counts, skipped }: Evaluation = JSON.parse(stdout);
    expect(counts).toMatchObject({ items: 3, scored: 1, missing: 1, unreadable: 1 });
    expect(skipped.map(({ id }) => id)).toEqual(['gone', 'cut']);
    expect(skipped[0].problem).toMatch(/gone\.jpg/);
    expect(skipped[1].problem).toMatch(/cut\.jpg/);
  }, 60_000);

  it('takes its threshold from the report of other data, and of no other', async () => {
    const threshold = ['--threshold', 'one/report.json'];
    const same = await run('evaluate', 'pairs.jsonl', '--out', 'threshold', ...threshold);
    expect(same.code).toBe(2);
    expect(same.stderr).toMatch(/set on the very data/);
    await writeLines('test.jsonl', lines(1));
    const { code, stdout } = await run('evaluate', 'test.jsonl', '--out', 'threshold', ...threshold, '--json');
    expect(code).toBe(0);
    const { protocol, negatives }: Evaluation = JSON.parse(stdout);
    const other: Evaluation = JSON.parse(await text('one/report.json'));
    expect(protocol.threshold).toBe(other.thresholds.maxq3);
    expect(negatives!.conditions.map(({ condition }) => condition)).toContain('silence');
    expect(negatives!.conditions.find(({ condition }) => condition === 'silence')!.pia).toBe(0);
    expect(negatives!.fLoc).toBeGreaterThan(0);
  }, 60_000);

  it('ends with code 4 where a rule does not hold', async () => {
    const held = await run('evaluate', 'pairs.jsonl', '--out', 'one', '--at-least', 'align_adaptive.auc=0.05');
    expect(held.code).toBe(0);
    const broken = await run('evaluate', 'pairs.jsonl', '--out', 'one', '--at-least', 'align_adaptive.auc=0.999');
    expect(broken.code).toBe(4);
    expect(broken.stderr).toMatch(/align_adaptive\.auc=0\.999/);
    expect((await run('evaluate', 'pairs.jsonl', '--at-least', 'nonsense=1')).code).toBe(2);
  }, 60_000);

  it.each([
    [['evaluate'], /a list of pairs, or --benchmark/],
    [['evaluate', 'nothing.jsonl'], /nothing\.jsonl/],
    [['evaluate', 'pairs.jsonl', '--shard', '3/2'], /--shard i\/n/],
    [['evaluate', 'pairs.jsonl', '--shard', '1/2', '--at-least', 'ciou=0.1'], /no --at-least with --shard/],
    [['evaluate', 'pairs.jsonl', '--threshold', 'nothing.json'], /--threshold/],
    [['evaluate', '--merge', 'media'], /no evaluation in that folder/],
  ])(
    'says in a sentence what is wrong with %j',
    async (words, sentence) => {
      const { code, stderr } = await run(...words);
      expect(code).toBe(2);
      expect(stderr).toMatch(sentence);
    },
    30_000,
  );
});
