/**
 * `lookhear import`, `export` and `summary` as other programs meet them: the built command, run as a process. What is
 * held to is the contract in docs/command-line.md and docs/weights.md.
 */
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { presetNames } from '../src/networks/presets.ts';
import { type NamedTensor, writeSafetensors } from '../src/weights/safetensors.ts';
import { command, type Outcome, runCommand } from './runCommand.ts';

// Each test starts processes, which takes long on a busy machine.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

const picture = fileURLToPath(new URL('../samples/pictures/astronaut-and-cat.jpg', import.meta.url));

let folder = '';

function lookhear(...words: string[]): Promise<Outcome> {
  return runCommand(words, folder, { ...process.env, LOOKHEAR_CACHE: join(folder, '.cache') });
}

/** A safetensors file of zeros. */
async function writeWeights(name: string, shapes: Readonly<Record<string, readonly number[]>>): Promise<void> {
  const zeros = (shape: readonly number[]): NamedTensor => {
    return { shape, values: new Float32Array(shape.reduce((product, size) => product * size, 1)) };
  };
  const tensors = new Map(Object.entries(shapes).map(([key, shape]) => [key, zeros(shape)]));
  await writeFile(join(folder, name), writeSafetensors({ tensors, metadata: {} }));
}

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lookhear-convert-'));
  return () => rm(folder, { recursive: true, force: true });
});

const built = describe.skipIf(!existsSync(command));

built('lookhear export and import', () => {
  it.each(['onnx', 'safetensors'])('give the small model back through %s, to the last digit', async (format) => {
    const file = `small.${format}`;
    const out = await lookhear('export', 'small', '--format', format, '--out', file);
    expect(out).toMatchObject({ code: 0, stderr: '' });
    expect(out.stdout).toMatch(/^ {2}wrote small\.\w+ {2}\(23\.3 MB, picture and sound network of small\)\n$/);
    // The file says itself which preset it is of.
    const back = await lookhear('import', file, '--out', 'mine');
    expect(back).toMatchObject({ code: 0, stderr: '' });
    expect(back.stdout).toMatch(/^ {2}read +501 arrays from small\.\w+, named as by lookhear\n {2}wrote mine {2}\(/);
    expect((await readdir(join(folder, 'mine'))).sort()).toEqual([
      'card.md',
      'model.json',
      'picture.onnx',
      'sound.onnx',
    ]);
    const seen = async (model: string) =>
      JSON.parse((await lookhear('see', picture, '--model', model, '--json')).stdout);
    expect((await seen('./mine')).seen).toEqual((await seen('small')).seen);
  });

  it('write over nothing unless told to', async () => {
    await writeFile(join(folder, 'taken.onnx'), 'mine');
    const out = await lookhear('export', 'small', '--format', 'onnx', '--out', 'taken.onnx');
    expect(out).toMatchObject({ code: 2, stdout: '' });
    expect(out.stderr).toContain('(OUTPUT_EXISTS)');
    await writeWeights('w.safetensors', { 'sound/head/classify/bias': [58] });
    const back = await lookhear('import', 'w.safetensors', '--preset', 'small', '--partial', '--out', '.');
    expect(back).toMatchObject({ code: 2, stdout: '' });
    expect(back.stderr).toContain('(OUTPUT_EXISTS)');
    expect(await readFile(join(folder, 'taken.onnx'), 'utf8')).toBe('mine');
  });

  it('put a part into the small model, which keeps the rest', async () => {
    await writeWeights('w.safetensors', { 'sound/head/classify/bias': [58] });
    const { code, stdout } = await lookhear('import', 'w.safetensors', '--preset', 'small', '--partial', '--out', 'm');
    expect(code).toBe(0);
    expect(stdout).toContain('keep the values of the model small');
  });
});

built('lookhear import', () => {
  const partOfPspnet = {
    'conv1_1_3x3_s2/weight': [64, 3, 3, 3],
    'conv5_1_1x1_reduce/weight': [512, 1024, 1, 1],
    'conv4_1_3x3/weight': [256, 256, 3, 3],
  };

  it('refuses what does not fit, lists it by groups, and writes nothing', async () => {
    await writeWeights('w.safetensors', partOfPspnet);
    const { code, stdout, stderr } = await lookhear('import', 'w.safetensors', '--preset', 'report', '--out', 'm');
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    const lines = stderr.trimEnd().split('\n');
    expect(lines).toContain(
      '  other shape  conv5_1_1x1_reduce/weight [512, 512, 1, 1] expected, [512, 1024, 1, 1] found',
    );
    expect(lines).toContain('  of no use    conv4_1_3x3/weight [256, 256, 3, 3]');
    expect(lines.filter((line) => line.startsWith('  missing ')).length).toBeLessThan(10);
    expect(lines.at(-2)).toMatch(
      /^error {2}Cannot import w\.safetensors into report: 20\d arrays are missing, .*\. {3}\(INPUT_UNSUPPORTED\)$/,
    );
    expect(lines.at(-1)).toMatch(/^hint {3}--partial /);
    expect(await readdir(folder)).toEqual(['w.safetensors']);
  });

  it('tells programs every array', async () => {
    await writeWeights('w.safetensors', partOfPspnet);
    const { stdout } = await lookhear('import', 'w.safetensors', '--preset', 'report', '--out', 'm', '--json');
    const { schema, code, details } = JSON.parse(stdout);
    expect({ schema, code }).toEqual({ schema: 'lookhear/error@1', code: 'INPUT_UNSUPPORTED' });
    expect(details).toMatchObject({
      preset: 'report',
      absent: ['sound'],
      unused: [{ file: 'w.safetensors', tensor: 'conv4_1_3x3/weight', shape: [256, 256, 3, 3] }],
    });
    expect(details.missing.length).toBeGreaterThan(200);
  });

  it.each([
    ['a file that is not there', ['none.h5', '--preset', 'vggish', '--out', 'm'], 'INPUT_MISSING'],
    ['a preset that is none', ['w.safetensors', '--preset', 'vgg', '--out', 'm'], 'USAGE'],
    ['no preset, where the file says none', ['w.safetensors', '--out', 'm'], 'USAGE'],
    ['no folder to write', ['w.safetensors', '--preset', 'vggish'], 'USAGE'],
    [
      'weights of something else',
      ['w.safetensors', '--preset', 'vggish', '--out', 'm', '--partial'],
      'INPUT_UNSUPPORTED',
    ],
  ])('refuses %s', async (_, words, errorCode) => {
    await writeWeights('w.safetensors', { 'encoder.weight': [2, 2] });
    const { code, stderr } = await lookhear('import', ...words);
    expect(code).toBe(2);
    expect(stderr).toMatch(new RegExp(`^error  .*\\.   \\(${errorCode}\\)\\nhint   .+\\n$`));
    expect(await readdir(folder)).toEqual(['w.safetensors']);
  });

  it('names every preset in its help', async () => {
    const help = (await lookhear('import', '--help')).stdout.replace(/\s+/g, ' ');
    for (const name of [...presetNames, 'small']) expect(help).toContain(name);
  });
});

built('lookhear summary', () => {
  it("prints the report's figures and sums", async () => {
    const { code, stdout, stderr } = await lookhear('summary', '--preset', 'report');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(/^activation_189 \(Activation\) +\(None, 473, 473, 150\) +0 {2}interp_15$/m);
    expect(stdout).toMatch(/^vggish_fc2audmodel \(Dense\) +\(None, 128\) +524,416 {2}vggish_fc1\/fc1_2audmodel$/m);
    for (const total of ['38,411,606', '72,141,184', '19,350', '110,572,140']) {
      expect(stdout).toContain(`Total params: ${total}\n`);
    }
    expect(stdout).toContain('Trainable params: 38,392,812\n');
  });

  it.each([...presetNames, 'small'])('gives %s to programs', async (preset) => {
    const { stdout } = await lookhear('summary', '--preset', preset, '--json');
    const { schema, networks, totals } = JSON.parse(stdout);
    expect(schema).toBe('lookhear/summary@1');
    for (const { layers } of networks) {
      expect(layers[0]).toEqual({
        name: expect.any(String),
        type: expect.any(String),
        shape: expect.any(Array),
        parameters: expect.any(Number),
        multiplyAdds: expect.any(Number),
        inputs: expect.any(Array),
      });
    }
    const sum = networks.reduce(
      (total: number, { totals: own }: { totals: { parameters: number } }) => total + own.parameters,
      0,
    );
    expect(totals.parameters).toBe(sum);
  });

  it('needs a preset', async () => {
    const { code, stderr } = await lookhear('summary');
    expect(code).toBe(2);
    expect(stderr).toContain('hint   Give one of: report, pspnet50, vggish, vggish-linear, small.');
  });
});
