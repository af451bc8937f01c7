/** `lookhear score` as other programs meet it, and the door to the metrics as a package's. */
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { writeNpy } from '../src/weights/npy.ts';
import { type Outcome, runCommand } from './runCommand.ts';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

const side = 224;
const rules = [
  'half_lvs',
  'half_ez',
  'slavc_relative',
  'slavc_absolute',
  'fixed_half',
  'half_sspl',
  'align_half',
  'align_adaptive',
];

let folder = '';

const lookhear = (...words: string[]): Promise<Outcome> => runCommand(words, folder, process.env);
const score = (...words: string[]): Promise<Outcome> =>
  lookhear('score', '--maps', 'maps', '--pairs', 'pairs.jsonl', ...words);

/** The left half of the picture. */
const leftHalf = { label: 'dog', xmin: 0, ymin: 0, xmax: 320, ymax: 480 };
const lineOf = (id: string, boxes: readonly object[] = [leftHalf]): object => ({ id, width: 640, height: 480, boxes });

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lookhear-score-'));
  await mkdir(join(folder, 'maps'));
  const map = (name: string, width: number, height: number, value: (x: number, y: number) => number) => {
    const data = Float32Array.from({ length: width * height }, (_, pixel) =>
      value(pixel % width, Math.floor(pixel / width)),
    );
    return writeFile(join(folder, 'maps', `${name}.npy`), writeNpy({ shape: [height, width], data }));
  };
  await map('falling', side, side, (x, y) => -1 - x - y / 1000);
  await map('rising', side, side, (x, y) => 1 + x + y / 1000);
  await map('constant', 7, 7, () => 0.25);
  await map('broken', 7, 7, (x) => (x === 3 ? Number.NaN : x));
  const grey = Uint8Array.from({ length: side * side }, (_, pixel) => (pixel % side < 112 ? 255 : 0));
  await sharp(grey, { raw: { width: side, height: side, channels: 1 } })
    .png()
    .toFile(join(folder, 'maps', 'picture.png'));
  const lines = ['falling', 'rising', 'constant', 'picture'].map((id) => lineOf(id));
  lines.push({ id: 'absent', annotators: [[0, 0, 128, 256]] }, { ...lineOf('broken'), image: 'unused.jpg' });
  await writeFile(join(folder, 'pairs.jsonl'), lines.map((line) => JSON.stringify(line)).join('\n'));
});

afterAll(() => rm(folder, { recursive: true }));

describe('lookhear score', () => {
  it('prints success, AUC and mean of each rule, and says what is missing', async () => {
    const { code, stdout } = await score('--json');
    expect(code).toBe(3);
    const result = JSON.parse(stdout);
    expect(result).toMatchObject({ schema: 'lookhear/scores@1', count: 4, withoutSource: 0, missing: ['absent'] });
    expect(Object.keys(result.rules)).toEqual(rules);
    // falling: all of it; rising: none of it; constant: everything, so a half; picture: all of it.
    expect(result.rules.half_ez).toEqual({
      success: 0.75,
      auc: expect.closeTo((1 + 0.025 + 0.525 + 1) / 4, 9),
      meanCiou: 0.625,
    });
    expect(result.rules.half_sspl).toEqual({ success: 0.5, auc: expect.closeTo(2.025 / 4, 9), meanCiou: null });
    expect(result.floors['whole picture'].half_ez).toEqual({
      success: 1,
      auc: expect.closeTo(0.525, 9),
      meanCiou: 0.5,
    });
    expect(result.halfRuleCeiling.meanCiou).toBe(1);
    expect(result.unreadable).toEqual([
      {
        id: 'broken',
        problem: `Cannot score ${join('maps', 'broken.npy')}: it holds NaN, infinite or enormous values.`,
      },
    ]);
  });

  it('writes a line for each map and rule in the order of the list, whatever the number of threads', async () => {
    const files = ['one.jsonl', 'many.jsonl'];
    const outcomes = [
      await score('--items', files[0], '--json', 'one.json', '--threads', '1', '--threshold', '0.5'),
      await score('--items', files[1], '--json', 'many.json', '--threads', '4', '--threshold', '0.5'),
    ];
    expect(outcomes.map(({ code }) => code)).toEqual([3, 3]);
    expect(outcomes[0].stdout).toContain('4 maps scored');
    const [one, many] = await Promise.all(files.map((file) => readFile(join(folder, file), 'utf8')));
    expect(many).toBe(one);
    expect(await readFile(join(folder, 'many.json'), 'utf8')).toBe(await readFile(join(folder, 'one.json'), 'utf8'));
    const items = one
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(items.map(({ id, rule }) => `${id} ${rule}`)).toEqual(
      ['falling', 'rising', 'constant', 'picture'].flatMap((id) =>
        [...rules, 'universal'].map((rule) => `${id} ${rule}`),
      ),
    );
    expect(items.filter(({ ciou }) => ciou === null)).toEqual([{ id: 'constant', rule: 'half_sspl', ciou: null }]);
    expect(items.find(({ id, rule }) => id === 'picture' && rule === 'universal').ciou).toBe(1);
  });

  it('counts an item without a source, and takes its undefined scores for misses', async () => {
    await writeFile(join(folder, 'empty.jsonl'), JSON.stringify(lineOf('constant', [])));
    const { code, stdout } = await lookhear('score', '--maps', 'maps', '--pairs', 'empty.jsonl', '--json');
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      count: 1,
      withoutSource: 1,
      rules: { half_ez: { success: 0, auc: 0.025, meanCiou: 0 }, align_half: { success: 0, auc: 0, meanCiou: null } },
    });
  });

  it('has no figures where no map is there', async () => {
    await writeFile(join(folder, 'other.jsonl'), JSON.stringify(lineOf('elsewhere')));
    const { code, stdout } = await lookhear('score', '--maps', 'maps', '--pairs', 'other.jsonl', '--json');
    expect(code).toBe(3);
    const { count, rules: scores } = JSON.parse(stdout);
    expect({ count, half: scores.half_ez }).toEqual({
      count: 0,
      half: { success: null, auc: null, meanCiou: null },
    });
  });

  it('refuses a broken line before anything is written', async () => {
    await writeFile(join(folder, 'bad.jsonl'), `${JSON.stringify(lineOf('falling'))}\n{"id":"rising","boxes":[{}]}\n`);
    const before = await readdir(folder);
    const words = ['--maps', 'maps', '--pairs', 'bad.jsonl', '--items', 'bad-items.jsonl', '--json', 'bad.json'];
    const { code, stdout, stderr } = await lookhear('score', ...words);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(/^error {2}Cannot read line 2 of bad\.jsonl: .*xmin.*\(INPUT_CORRUPT\)\nhint .+\n$/);
    expect(await readdir(folder)).toEqual(before);
  });

  it('refuses a list or a folder that is not there, a threshold that is no number, and to write over a file', async () => {
    await writeFile(join(folder, 'taken.jsonl'), 'mine');
    const outcomes = await Promise.all([
      lookhear('score', '--maps', 'nowhere', '--pairs', 'pairs.jsonl'),
      lookhear('score', '--maps', 'maps', '--pairs', 'nowhere.jsonl'),
      lookhear('score', '--maps', 'maps'),
      score('--threshold', 'half'),
      score('--items', 'taken.jsonl'),
      score('--items', 'pairs.jsonl', '--force'),
    ]);
    expect(outcomes.map(({ code }) => code)).toEqual([2, 2, 2, 2, 2, 2]);
    expect(await readFile(join(folder, 'taken.jsonl'), 'utf8')).toBe('mine');
  });
});

it('lookhear/metrics opens as a part of the package', async () => {
  const script = "const { scoresOf } = await import('lookhear/metrics'); console.log(scoresOf([0.5, 0]).success);";
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', script], {
    cwd: fileURLToPath(new URL('..', import.meta.url)),
  });
  expect(stdout).toBe('0.5\n');
});
