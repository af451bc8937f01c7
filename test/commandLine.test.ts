/**
 * The command line as other programs meet it: the built command, run as a process, against a model that is small enough
 * to be written here. What is held to is the contract in docs/command-line.md.
 */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import {
  chmod,
  copyFile,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rm,
  stat,
  symlink,
  truncate,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { crc32, deflateSync } from 'node:zlib';
import sharp from 'sharp';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import {
  blue,
  pictureWithSquare,
  red,
  tinyDescription,
  tinyPictureNetwork,
  tinySoundNetwork,
  tone,
} from '../src/localize/tinyModel.fixtures.ts';
import type { Picture } from '../src/picture/picture.ts';
import { writeModelFolder } from '../src/weights/modelFolder.node.ts';
import { readNpy } from '../src/weights/npy.ts';
import { command, type Outcome, runCommand } from './runCommand.ts';

// Each test starts processes, which takes long on a busy machine.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

let inputs = '';
let folder = '';

/** Runs the command in the test's own folder. */
function lookhear(...words: string[]): Promise<Outcome> {
  return runCommand(words, folder, { ...process.env, LOOKHEAR_MODEL: join(inputs, 'tiny') });
}

/** Two lines, the second a hint; nothing on standard output; nothing written. */
async function expectRefusal(outcome: Outcome, exitCode: number, errorCode: string, files: readonly string[] = []) {
  expect(outcome.stderr).toMatch(new RegExp(`^error  .*\\.   \\(${errorCode}\\)\\nhint   .+\\n$`));
  expect(outcome).toMatchObject({ code: exitCode, stdout: '' });
  expect((await readdir(folder)).sort()).toEqual([...files].sort());
}

const input = (name: string): string => join(inputs, name);

beforeAll(async () => {
  inputs = await mkdtemp(join(tmpdir(), 'lookhear-inputs-'));
  const networks = { picture: tinyPictureNetwork(), sound: tinySoundNetwork() };
  await writeModelFolder(input('tiny'), tinyDescription, networks, 'A model for tests.');
  await writePng(pictureWithSquare(red, 0.25), input('red.png'));
  await writePng(pictureWithSquare(blue, 0.25), input('blue.png'));
  await writeFile(input('low.wav'), wav(tone(300).samples));
  await writeFile(input('zeros.wav'), wav(new Float32Array(16000)));
});
afterAll(() => rm(inputs, { recursive: true, force: true }));

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lookhear-work-'));
  return () => rm(folder, { recursive: true, force: true });
});

describe.skipIf(!existsSync(command))('lookhear', () => {
  it('says in six lines what it is', async () => {
    const { code, stdout } = await lookhear();
    expect(code).toBe(0);
    expect(stdout.trimEnd().split('\n')).toHaveLength(6);
  });

  it('lists only verbs that exist', async () => {
    const { code, stdout } = await lookhear('--help');
    expect(code).toBe(0);
    const verbs = [...stdout.matchAll(/^ {2}(\w+) /gm)].map(([, name]) => name);
    const scores = ['evaluate', 'score', 'compare'];
    const models = ['train', 'data', 'models', 'import', 'export', 'summary'];
    expect(verbs).toEqual(['localize', 'hear', 'see', 'demo', 'serve', ...scores, ...models, 'doctor']);
  });

  it('prints its version', async () => {
    expect((await lookhear('--version')).stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
  });

  it('guesses a misspelt verb', async () => {
    const outcome = await lookhear('localise', 'a.jpg');
    await expectRefusal(outcome, 2, 'USAGE');
    expect(outcome.stderr).toContain('Did you mean localize?');
  });

  it('ends quietly when nobody reads on', async () => {
    const child = spawn(process.execPath, [command, 'localize', '--help'], { stdio: ['ignore', 'pipe', 'pipe'] });
    child.stdout.destroy();
    let stderr = '';
    child.stderr.on('data', (text) => {
      stderr += text;
    });
    const code = await new Promise((resolve) => child.on('close', resolve));
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  });
});

describe.skipIf(!existsSync(command))('lookhear localize', () => {
  it('writes an overlay beside nothing and says what it found', async () => {
    const { code, stdout, stderr } = await lookhear('localize', input('red.png'), input('low.wav'));
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(/^ {2}red +heard +\d+ % {3}here {3}box \d+,\d+ \d+x\d+$/m);
    expect(stdout).toMatch(/^ {2}answer +here, confidence 0\.\d\d$/m);
    expect(stdout).toMatch(/^ {2}wrote red-heat\.png {2}\([\d.]+ s, model tiny, engine (native|wasm)\)$/m);
    expect(await readdir(folder)).toEqual(['red-heat.png']);
  });

  it('needs no verb', async () => {
    expect(await lookhear(input('red.png'), input('low.wav'))).toMatchObject({ code: 0 });
  });

  it('answers an honest no with exit code 0, and paints nothing unless told to', async () => {
    const { code, stdout } = await lookhear('localize', input('blue.png'), input('low.wav'));
    expect(code).toBe(0);
    expect(stdout).toContain('answer       not in the picture');
    expect(stdout).toContain('no overlay written (use --always to see the map anyway)');
    expect(await readdir(folder)).toEqual([]);
    await lookhear('localize', input('blue.png'), input('low.wav'), '--always');
    expect(await readdir(folder)).toEqual(['blue-heat.png']);
  });

  it('gives a script the files that it asks for, whatever the answer', async () => {
    const files = ['-o', 'o.jpg', '--map', 'm.npy', '--figure', 'f.png', '--json', 'j.json'];
    const { code, stdout } = await lookhear('localize', input('red.png'), input('zeros.wav'), ...files);
    expect(code).toBe(0);
    expect(stdout).toContain('answer       silent');
    expect((await readdir(folder)).sort()).toEqual(['f.png', 'j.json', 'm.npy', 'o.jpg']);
    expect(JSON.parse(await readFile(join(folder, 'j.json'), 'utf8'))).toMatchObject({
      answer: 'silent',
      heat: 'm.npy',
    });
  });

  it('prints one JSON object with every field of the contract', async () => {
    const { code, stdout, stderr } = await lookhear('localize', input('red.png'), input('low.wav'), '--json');
    expect({ code, stderr, files: await readdir(folder) }).toEqual({ code: 0, stderr: '', files: [] });
    const number = expect.any(Number);
    const text = expect.any(String);
    expect(JSON.parse(stdout)).toEqual({
      schema: 'lookhear/finding@1',
      answer: 'here',
      confidence: number,
      classes: [
        { label: 'red', heard: number, seen: number, here: number },
        { label: 'blue', heard: number, seen: number, here: number },
      ],
      regions: [{ label: 'red', score: number, xmin: number, ymin: number, xmax: number, ymax: number, area: number }],
      heat: null,
      reason: null,
      picture: { width: 64, height: 64 },
      sound: {
        seconds: 2,
        patches: expect.arrayContaining([{ start: 0, end: 1, heard: [{ label: 'red', score: number }] }]),
      },
      model: { name: 'tiny', version: '1.0.0', sha256: expect.stringMatching(/^[0-9a-f]{64}$/) },
      timing: { loadMs: number, soundMs: number, pictureMs: number, totalMs: number },
    });
    expect(JSON.parse(stdout).model.name).toEqual(text);
  });

  it('says why in JSON where the answer is not "here"', async () => {
    const { stdout } = await lookhear('localize', '--json', input('blue.png'), input('low.wav'));
    expect(JSON.parse(stdout)).toMatchObject({ answer: 'not in the picture', regions: [], reason: expect.any(String) });
  });

  it('writes the map as float32 (height, width) of the upright picture, 0..1', async () => {
    const turned = await sharp(input('red.png'))
      .resize(80, 40, { fit: 'fill' })
      .withMetadata({ orientation: 6 })
      .jpeg()
      .toBuffer();
    await writeFile(input('turned.jpg'), turned);
    await lookhear('localize', input('turned.jpg'), input('low.wav'), '--map', 'm.npy');
    const bytes = await readFile(join(folder, 'm.npy'));
    expect(bytes.subarray(0, 128).toString('latin1')).toContain(
      "'descr': '<f4', 'fortran_order': False, 'shape': (80, 40)",
    );
    const { data } = readNpy(bytes, 'm.npy');
    expect(Math.min(...(data as Float32Array))).toBeGreaterThanOrEqual(0);
    expect(Math.max(...(data as Float32Array))).toBeLessThanOrEqual(1);
  });

  it('gives an error as JSON where JSON was asked for', async () => {
    const { code, stdout, stderr } = await lookhear('localize', 'absent.jpg', input('low.wav'), '--json');
    expect(code).toBe(2);
    expect(stderr).toMatch(/^error {2}/);
    const error = {
      schema: 'lookhear/error@1',
      code: 'INPUT_MISSING',
      message: expect.any(String),
      hint: expect.any(String),
    };
    expect(JSON.parse(stdout)).toMatchObject({ ...error, hint: expect.anything() });
  });

  it('prints nothing when quiet', async () => {
    const outcome = await lookhear('localize', input('red.png'), input('low.wav'), '-q', '-o', 'o.png');
    expect(outcome).toEqual({ code: 0, stdout: '', stderr: '' });
  });

  it('shows a stack only when verbose', async () => {
    expect((await lookhear('localize', 'absent.jpg', input('low.wav'))).stderr).not.toContain('    at ');
    expect((await lookhear('localize', 'absent.jpg', input('low.wav'), '-v')).stderr).toContain('    at ');
  });

  it('gives the same answer on both engines', async () => {
    const answers = [];
    for (const engine of ['native', 'wasm']) {
      const { stdout } = await lookhear('localize', input('red.png'), input('low.wav'), '--json', '--device', engine);
      answers.push(JSON.parse(stdout).classes[0].here);
    }
    expect(answers[0]).toBeCloseTo(answers[1], 3);
  });
});

describe.skipIf(!existsSync(command))('what lookhear refuses', () => {
  const cases: [what: string, exit: number, code: string, words: () => Promise<string[]>][] = [
    ['no sound', 2, 'USAGE', async () => ['localize', input('red.png')]],
    ['a missing picture', 2, 'INPUT_MISSING', async () => ['localize', input('none.png'), input('low.wav')]],
    ['a missing sound', 2, 'INPUT_MISSING', async () => ['localize', input('red.png'), input('none.wav')]],
    ['a folder for a picture', 2, 'INPUT_UNREADABLE', async () => ['localize', inputs, input('low.wav')]],
    ['a folder for a sound', 2, 'INPUT_UNREADABLE', async () => ['localize', input('red.png'), inputs]],
    [
      'picture and sound exchanged',
      2,
      'INPUT_UNSUPPORTED',
      async () => ['localize', input('low.wav'), input('red.png')],
    ],
    ['an empty picture', 2, 'INPUT_EMPTY', async () => ['localize', await made('empty.png', ''), input('low.wav')]],
    ['an empty sound', 2, 'INPUT_EMPTY', async () => ['localize', input('red.png'), await made('empty.wav', '')]],
    [
      'a text named .wav',
      2,
      'INPUT_UNSUPPORTED',
      async () => ['localize', input('red.png'), await made('text.wav', 'hello\n')],
    ],
    [
      'a text named .png',
      2,
      'INPUT_UNSUPPORTED',
      async () => ['localize', await made('text.png', 'hello\n'), input('low.wav')],
    ],
    ['a cut picture', 2, 'INPUT_CORRUPT', async () => ['localize', await cut('red.png', 0.6), input('low.wav')]],
    [
      'a picture of 900 megapixels',
      2,
      'INPUT_TOO_LARGE',
      async () => ['localize', await hugePicture(), input('low.wav')],
    ],
    [
      'an ending without a format',
      2,
      'USAGE',
      async () => ['localize', input('red.png'), input('low.wav'), '-o', 'o.xyz'],
    ],
    [
      'a folder that is not there',
      2,
      'OUTPUT_UNWRITABLE',
      async () => ['localize', input('red.png'), input('low.wav'), '--map', 'no/m.npy'],
    ],
    [
      'one file for two outputs',
      2,
      'USAGE',
      async () => ['localize', input('red.png'), input('low.wav'), '-o', 'x.png', '--figure', './x.png'],
    ],
    [
      'an input as output',
      2,
      'USAGE',
      async () => ['localize', input('red.png'), input('low.wav'), '-o', input('red.png'), '--force'],
    ],
    [
      'a model that is not there',
      5,
      'MODEL_MISSING',
      async () => ['localize', input('red.png'), input('low.wav'), '--model', './none'],
    ],
    [
      'a model with a cut network',
      2,
      'MODEL_INVALID',
      async () => ['localize', input('red.png'), input('low.wav'), '--model', await brokenModel()],
    ],
    [
      'a model without a network',
      5,
      'MODEL_MISSING',
      async () => ['localize', input('red.png'), input('low.wav'), '--model', await incompleteModel()],
    ],
    [
      'an unknown engine',
      2,
      'USAGE',
      async () => ['localize', input('red.png'), input('low.wav'), '--device', 'abacus'],
    ],
    ['--pairs without --out', 2, 'USAGE', async () => ['localize', '--pairs', await made('p.jsonl', '{}')]],
  ];

  it.each(cases)('%s', async (_, exit, code, words) => {
    await expectRefusal(await lookhear(...(await words())), exit, code);
  });

  it('to write over a file, before it does any work', async () => {
    await writeFile(join(folder, 'f.png'), 'mine');
    const words = ['localize', input('red.png'), input('low.wav'), '-o', 'o.png', '--figure', 'f.png'];
    await expectRefusal(await lookhear(...words), 2, 'OUTPUT_EXISTS', ['f.png']);
    expect(await readFile(join(folder, 'f.png'), 'utf8')).toBe('mine');
    expect(await lookhear(...words, '--force')).toMatchObject({ code: 0 });
    expect((await stat(join(folder, 'f.png'))).size).toBeGreaterThan(100);
  });

  it.skipIf(process.getuid?.() === 0)('to write into a folder of another', async () => {
    await mkdir(join(folder, 'locked'));
    await chmod(join(folder, 'locked'), 0o500);
    const outcome = await lookhear('localize', input('red.png'), input('low.wav'), '-o', 'locked/o.png');
    await expectRefusal(outcome, 2, 'OUTPUT_UNWRITABLE', ['locked']);
  });

  it('samples that are not numbers', async () => {
    const samples = tone(300).samples;
    samples[5] = Number.NaN;
    samples[7] = Number.POSITIVE_INFINITY;
    const outcome = await lookhear('localize', input('red.png'), await made('nan.wav', wav(samples)));
    await expectRefusal(outcome, 2, 'INPUT_CORRUPT');
  });

  it('nothing where a sound is short but a sound', async () => {
    const tenth = await made('tenth.wav', wav(tone(300, 0.1, 0.1).samples));
    expect(await lookhear('localize', input('red.png'), tenth, '--json')).toMatchObject({ code: 0 });
  });

  it('nothing where a picture is one pixel', async () => {
    await writePng({ width: 1, height: 1, data: new Uint8Array([255, 0, 0]) }, input('one.png'));
    const { code } = await lookhear(
      'localize',
      input('one.png'),
      input('low.wav'),
      '-o',
      'o.png',
      '--map',
      'm.npy',
      '--figure',
      'f.png',
    );
    expect(code).toBe(0);
    expect(readNpy(await readFile(join(folder, 'm.npy')), 'm.npy').shape).toEqual([1, 1]);
  });
});

describe.skipIf(!existsSync(command))('lookhear localize --pairs', () => {
  async function pairsFile(...lines: object[]): Promise<string> {
    await writeFile(join(inputs, 'pairs.jsonl'), lines.map((line) => JSON.stringify(line)).join('\n'));
    return join(inputs, 'pairs.jsonl');
  }

  async function results(): Promise<Record<string, unknown>[]> {
    const text = await readFile(join(folder, 'out/results.jsonl'), 'utf8');
    return text
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
  }

  it('writes map, overlay and a line for each pair, in order, and goes on past a bad one', async () => {
    const file = await pairsFile(
      { id: 'z', image: 'red.png', audio: 'low.wav' },
      { id: 'bad', image: 'none.png', audio: 'low.wav' },
      { id: '../escape', image: 'red.png', audio: 'low.wav' },
      { id: 'a', image: 'blue.png', audio: 'low.wav' },
    );
    const { code, stdout } = await lookhear('localize', '--pairs', file, '--out', 'out');
    expect(code).toBe(3);
    expect(stdout).toContain('2 of 4 pairs done');
    expect(await results()).toMatchObject([
      { id: 'z', schema: 'lookhear/finding@1', answer: 'here', heat: join('out', 'z.npy') },
      { id: 'bad', error: expect.stringContaining('none.png') },
      { id: '../escape', error: expect.stringContaining('plain file name') },
      { id: 'a', answer: 'not in the picture', heat: join('out', 'a.npy') },
    ]);
    expect((await readdir(join(folder, 'out'))).sort()).toEqual(['a.npy', 'a.png', 'results.jsonl', 'z.npy', 'z.png']);
    expect(await readdir(folder)).toEqual(['out']);
  });

  it('gives each pair what it gets alone', async () => {
    const file = await pairsFile(
      ...['red', 'blue', 'red', 'blue'].map((name, index) => ({
        id: `${index}`,
        image: `${name}.png`,
        audio: 'low.wav',
      })),
    );
    expect(await lookhear('localize', '--pairs', file, '--out', 'out', '-q')).toEqual({
      code: 0,
      stdout: '',
      stderr: '',
    });
    await lookhear('localize', input('blue.png'), input('low.wav'), '--map', 'alone.npy', '-q');
    expect(await readFile(join(folder, 'out/3.npy'))).toEqual(await readFile(join(folder, 'alone.npy')));
    expect((await results()).map(({ id }) => id)).toEqual(['0', '1', '2', '3']);
  });

  it('will not write over earlier results', async () => {
    const file = await pairsFile({ id: '1', image: 'red.png', audio: 'low.wav' });
    await mkdir(join(folder, 'out'));
    await writeFile(join(folder, 'out/1.png'), 'mine');
    const outcome = await lookhear('localize', '--pairs', file, '--out', 'out');
    await expectRefusal(outcome, 2, 'OUTPUT_EXISTS', ['out']);
    expect(await readdir(join(folder, 'out'))).toEqual(['1.png']);
  });

  it('prints one object about the whole where JSON is asked for', async () => {
    const file = await pairsFile({ id: '1', image: 'red.png', audio: 'low.wav' });
    const { stdout } = await lookhear('localize', '--pairs', file, '--out', 'out', '--json');
    expect(JSON.parse(stdout)).toEqual({
      schema: 'lookhear/batch@1',
      pairs: 1,
      failed: 0,
      results: join('out', 'results.jsonl'),
    });
  });

  it('keeps what is done when it is stopped', async () => {
    const file = await pairsFile(
      ...Array.from({ length: 3000 }, (_, index) => ({ id: `${index}`, image: 'red.png', audio: 'low.wav' })),
    );
    const env = { ...process.env, LOOKHEAR_MODEL: input('tiny') };
    const child = spawn(process.execPath, [command, 'localize', '--pairs', file, '--out', 'out'], { cwd: folder, env });
    const closed = new Promise((resolve) => child.on('close', resolve));
    while (!existsSync(join(folder, 'out/3.npy'))) await new Promise((resolve) => setTimeout(resolve, 20));
    child.kill('SIGINT');
    expect(await closed).toBe(130);
    const lines = await results();
    expect(lines.length).toBeGreaterThan(2);
    for (const { id } of lines) expect(existsSync(join(folder, `out/${id}.npy`))).toBe(true);
    const partial = (await readdir(join(folder, 'out'))).filter((name) => name.endsWith('.tmp'));
    expect(partial).toEqual([]);
  });
});

describe.skipIf(!existsSync(command))('the halves', () => {
  it('hear says what is heard, in words and in JSON', async () => {
    expect((await lookhear('hear', input('low.wav'))).stdout).toMatch(/^ {2}red +█+.? +\d+ %$/m);
    const { stdout } = await lookhear('hear', '--json', input('low.wav'), '--top', '1');
    expect(JSON.parse(stdout)).toMatchObject({
      schema: 'lookhear/heard@1',
      heard: [{ label: 'red' }],
      sound: { seconds: 2 },
    });
  });

  it('hear says that silence is silent', async () => {
    expect((await lookhear('hear', input('zeros.wav'))).stdout).toMatch(/^ {2}silent\n/);
  });

  it('see says what is seen, in words and in JSON', async () => {
    expect((await lookhear('see', input('blue.png'))).stdout).toMatch(/^ {2}blue +█+.? +\d+ %$/m);
    const { stdout } = await lookhear('see', input('blue.png'), '--json');
    expect(JSON.parse(stdout)).toMatchObject({
      schema: 'lookhear/seen@1',
      seen: [{ label: 'blue' }, { label: 'red' }],
    });
  });
});

describe.skipIf(!existsSync(command))('lookhear doctor and models', () => {
  it('doctor tells what is used', async () => {
    const { code, stdout } = await lookhear('doctor', '--json');
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      schema: 'lookhear/doctor@1',
      node: process.version,
      model: { name: 'tiny' },
    });
  });

  it('doctor ends with 5 where something needed is absent', async () => {
    expect(await lookhear('doctor', '--model', './none')).toMatchObject({ code: 5 });
  });

  it('models list names the models, also broken ones', async () => {
    const { code, stdout } = await lookhear('models', 'list', '--json');
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ schema: 'lookhear/models@1', models: expect.any(Array) });
  });
});

async function made(name: string, content: string | Uint8Array): Promise<string> {
  await writeFile(input(name), content);
  return input(name);
}

async function cut(name: string, fraction: number): Promise<string> {
  const path = input(`cut-${name}`);
  await copyFile(input(name), path);
  await truncate(path, Math.floor((await stat(path)).size * fraction));
  return path;
}

/** 30,000 x 30,000 black pixels of one bit: a hundred kilobytes that would unpack to gigabytes. */
async function hugePicture(): Promise<string> {
  const side = 30_000;
  const header = Buffer.alloc(13);
  header.writeUInt32BE(side, 0);
  header.writeUInt32BE(side, 4);
  header[8] = 1; // bit a pixel; the rest says grey, deflated, not interlaced
  const rows = deflateSync(Buffer.alloc(side * (1 + Math.ceil(side / 8))));
  const chunks = [pngChunk('IHDR', header), pngChunk('IDAT', rows), pngChunk('IEND', Buffer.alloc(0))];
  return made('huge.png', Buffer.concat([Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'), ...chunks]));
}

function pngChunk(type: string, data: Buffer): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(data.length);
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const check = Buffer.alloc(4);
  check.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, check]);
}

async function brokenModel(): Promise<string> {
  const path = input('broken');
  await mkdir(path, { recursive: true });
  for (const name of ['model.json', 'picture.onnx', 'sound.onnx'])
    await copyFile(join(input('tiny'), name), join(path, name));
  await truncate(join(path, 'picture.onnx'), 100);
  return path;
}

async function incompleteModel(): Promise<string> {
  const path = input('incomplete');
  await mkdir(path, { recursive: true });
  for (const name of ['model.json', 'sound.onnx']) {
    if (!existsSync(join(path, name))) await symlink(join(input('tiny'), name), join(path, name));
  }
  return path;
}

async function writePng({ width, height, data }: Picture, path: string): Promise<void> {
  await sharp(data, { raw: { width, height, channels: 3 } })
    .png()
    .toFile(path);
}

/** A wav file of 32-bit floats, mono, 16 kHz. */
function wav(samples: Float32Array): Uint8Array {
  const bytes = Buffer.alloc(44 + 4 * samples.length);
  bytes.write('RIFF', 0, 'latin1');
  bytes.writeUInt32LE(36 + 4 * samples.length, 4);
  bytes.write('WAVEfmt ', 8, 'latin1');
  bytes.writeUInt32LE(16, 16);
  bytes.writeUInt16LE(3, 20); // floating point
  bytes.writeUInt16LE(1, 22); // channels
  bytes.writeUInt32LE(16_000, 24);
  bytes.writeUInt32LE(64_000, 28);
  bytes.writeUInt16LE(4, 32);
  bytes.writeUInt16LE(32, 34);
  bytes.write('data', 36, 'latin1');
  bytes.writeUInt32LE(4 * samples.length, 40);
  for (const [index, sample] of samples.entries()) bytes.writeFloatLE(sample, 44 + 4 * index);
  return bytes;
}
