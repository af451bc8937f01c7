/**
 * `lookhear models` as other programs meet it: the built command against folders in the layout of the hub that are made
 * here, and a server on this machine in place of the hub.
 */
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import {
  bankLabels,
  colours,
  filterBanks,
  type HubFolderContent,
  namesOf,
  writeHubFolder,
} from '../src/convert/hubFolder.fixtures.ts';
import { type HubServer, type HubServerOptions, hubCommit, startHubServer } from '../src/convert/hubServer.fixtures.ts';
import { tone } from '../src/localize/tinyModel.fixtures.ts';
import { command, type Outcome, runCommand } from './runCommand.ts';

// Each test starts processes, which takes long on a busy machine.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

let folder = '';
let server: HubServer | undefined;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lookhear-models-'));
});

afterEach(async () => {
  await server?.close();
  server = undefined;
  await rm(folder, { recursive: true, force: true });
});

/** Runs the command in the test's own folder, with the cache and the hub of the test. */
function lookhear(...words: string[]): Promise<Outcome> {
  const { HF_TOKEN: _, ...others } = process.env;
  const env = { ...others, LOOKHEAR_CACHE: join(folder, 'cache'), HF_ENDPOINT: server?.url ?? '' };
  return runCommand(words, folder, env);
}

/** One sentence and a hint, behind whatever notes there are. */
function expectRefusal({ code, stdout, stderr }: Outcome, exitCode: number, errorCode: string): string {
  expect(stderr).toMatch(new RegExp(`^error  .*\\.   \\(${errorCode}\\)\\nhint   .+\\n$`, 'm'));
  expect({ code, stdout }).toEqual({ code: exitCode, stdout: '' });
  return stderr;
}

async function makeFolders(picture: Partial<HubFolderContent> = {}, sound: Partial<HubFolderContent> = {}) {
  await writeHubFolder(join(folder, 'eyes'), { ...colours, ...picture });
  await writeHubFolder(join(folder, 'ears'), { ...filterBanks, ...sound });
}

const compose = (...words: string[]): Promise<Outcome> =>
  lookhear('models', 'compose', '--picture', 'eyes', '--sound', 'ears', '--out', 'joined', ...words);

describe.skipIf(!existsSync(command))('lookhear models compose', () => {
  it('joins two folders of the hub into a model that localizes', async () => {
    await makeFolders();
    const { code, stdout, stderr } = await compose();
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toContain('3 labels on 12 x 8 cells, gets a softmax, licence apache-2.0');
    expect(stdout).toContain('8 labels, front end ast, gets a sigmoid, licence bsd-3-clause');
    expect(stdout).toMatch(/^ {2}relation +\d of 8 sounds have a sight, \d of 3 sights a sound$/m);
    expect(stdout).toContain('not calibrated');
    expect((await readdir(join(folder, 'joined'))).sort()).toEqual([
      'card.md',
      'model.json',
      'picture.onnx',
      'sound.onnx',
    ]);
    // The networks are the very files.
    expect(await readFile(join(folder, 'joined/picture.onnx'))).toEqual(Buffer.from(colours.network));

    await sharp({ create: { width: 40, height: 30, channels: 3, background: '#c03020' } })
      .png()
      .toFile(join(folder, 'red.png'));
    await writeFile(join(folder, 'tone.wav'), wav(tone(440).samples));
    const found = await lookhear('localize', 'red.png', 'tone.wav', '--model', 'joined', '--json', '--map', 'map.npy');
    expect(found.code).toBe(0);
    expect(JSON.parse(found.stdout)).toMatchObject({
      schema: 'lookhear/finding@1',
      model: { name: 'joined' },
      picture: { width: 40, height: 30 },
    });
    expect(await readdir(folder)).toContain('map.npy');
  });

  it('prints one object where JSON is asked for', async () => {
    await makeFolders();
    const { code, stdout, stderr } = await compose('--json');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(JSON.parse(stdout)).toMatchObject({
      schema: 'lookhear/composed@1',
      name: 'joined',
      path: 'joined',
      licence: 'picture apache-2.0; sound bsd-3-clause',
      picture: { labels: 3, activation: 'softmax' },
      sound: { labels: 8, activation: 'sigmoid', frontEnd: 'ast', patchSeconds: 1 },
      relation: { sounds: 8, sights: 3 },
      calibrated: false,
    });
  });

  it('takes a relation of one’s own', async () => {
    await makeFolders();
    await writeFile(join(folder, 'mine.json'), JSON.stringify({ Dog: { person: 0.5 } }));
    const { stdout } = await compose('--relation', 'mine.json', '--json');
    expect(JSON.parse(stdout).relation).toEqual({ sounds: 8, soundsWithSight: 1, sights: 3, sightsWithSound: 1 });
    const model = JSON.parse(await readFile(join(folder, 'joined/model.json'), 'utf8'));
    expect(model.relation.rows[bankLabels.indexOf('Dog')]).toEqual([0.5, 0, 0]);
    await writeFile(join(folder, 'wrong.json'), JSON.stringify({ Dog: { lorry: 1 } }));
    expect(expectRefusal(await compose('--relation', 'wrong.json', '--force'), 2, 'INPUT_CORRUPT')).toContain('lorry');
  });

  it('writes over nothing unless told to, and nothing at all where it is refused', async () => {
    await makeFolders();
    await compose();
    expectRefusal(await compose(), 2, 'OUTPUT_EXISTS');
    expect((await compose('--force')).code).toBe(0);
    await rm(join(folder, 'joined'), { recursive: true });
    await makeFolders({ config: namesOf(['person', 'car']) });
    expect(expectRefusal(await compose(), 2, 'MODEL_INVALID')).toContain('expected [1, 2, rows, columns]');
    await makeFolders({}, { config: namesOf(['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h']) });
    expect(expectRefusal(await compose(), 2, 'MODEL_INVALID')).toContain('--relation FILE');
    await makeFolders({}, { preprocessor: {} });
    expect(expectRefusal(await compose(), 2, 'MODEL_INVALID')).toContain('--front-end yamnet, vggish');
    await rm(join(folder, 'ears/onnx/model.onnx'));
    expectRefusal(await compose(), 5, 'MODEL_MISSING');
    expect((await readdir(folder)).sort()).toEqual(['ears', 'eyes']);
  });

  it('says what is missing in its words', async () => {
    expect(expectRefusal(await lookhear('models', 'compose', '--picture', 'eyes'), 2, 'USAGE')).toContain('--sound');
    expectRefusal(await lookhear('models', 'compose', 'eyes', 'ears'), 2, 'USAGE');
    expectRefusal(await lookhear('models', 'get'), 2, 'USAGE');
    expectRefusal(await lookhear('models', 'burn'), 2, 'USAGE');
    await makeFolders();
    expectRefusal(
      await lookhear('models', 'compose', '--picture', 'hub:a/b', '--sound', 'ears', '--out', 'o'),
      5,
      'MODEL_MISSING',
    );
  });
});

describe.skipIf(!existsSync(command))('lookhear models get', () => {
  const repository = 'somebody/colours';
  const files = {
    'README.md': colours.readme ?? '',
    'config.json': JSON.stringify(colours.config),
    'preprocessor_config.json': JSON.stringify(colours.preprocessor),
    'onnx/model.onnx': colours.network,
  };

  async function serve(options: Partial<HubServerOptions> = {}): Promise<void> {
    await server?.close();
    server = await startHubServer({ repository, files, ...options });
  }

  const get = (...words: string[]): Promise<Outcome> => lookhear('models', 'get', `hub:${repository}`, ...words);
  const cache = (): Promise<string[]> => readdir(join(folder, 'cache/hub')).catch(() => []);

  it('shows licence, origin and size, and fetches nothing without a yes', async () => {
    await serve();
    const stderr = expectRefusal(await get(), 2, 'USAGE');
    expect(stderr).toMatch(/^ {2}licence +apache-2\.0$/m);
    expect(stderr).toMatch(new RegExp(`^ {2}model +${repository}, ${server?.url}/${repository}$`, 'm'));
    expect(stderr).toMatch(/^ {2}fetches +config\.json, .*onnx\/model\.onnx: 0\.0 MB$/m);
    expect(server?.requests).toEqual([]);
    expect(await cache()).toEqual([]);
  });

  it('fetches, lists, composes and removes', async () => {
    await serve();
    const { code, stdout, stderr } = await get('--yes');
    expect(code).toBe(0);
    expect(stderr).toContain('licence      apache-2.0');
    expect(stdout).toContain(join(folder, 'cache/hub/somebody--colours'));
    expect(await cache()).toEqual(['somebody--colours']);
    expect((await get('--yes')).stdout).toContain('is there already');

    const listed = JSON.parse((await lookhear('models', 'list', '--json')).stdout);
    expect(listed.hub).toMatchObject([{ name: `hub:${repository}`, revision: hubCommit, licence: 'apache-2.0' }]);

    await makeFolders();
    const words = ['models', 'compose', '--picture', `hub:${repository}`, '--sound', 'ears', '--out', 'joined', '-q'];
    expect(await lookhear(...words)).toEqual({ code: 0, stdout: '', stderr: '' });
    expect(await readFile(join(folder, 'joined/card.md'), 'utf8')).toContain(
      `hub:${repository} (revision ${hubCommit})`,
    );

    expect((await lookhear('models', 'remove', `hub:${repository}`)).code).toBe(0);
    expect(await cache()).toEqual([]);
    expectRefusal(await lookhear('models', 'remove', `hub:${repository}`), 2, 'INPUT_MISSING');
    expectRefusal(await lookhear('models', 'remove', './joined'), 2, 'USAGE');
  });

  it('goes on where the connection was cut', async () => {
    const network = Buffer.concat([colours.network, Buffer.alloc(30_000)]);
    const large = { ...files, 'onnx/model.onnx': network };
    await serve({ files: large, cut: { path: 'onnx/model.onnx', after: 1000, times: 100 } });
    expect(expectRefusal(await get('--yes', '-q'), 5, 'MODEL_MISSING')).toContain('The connection to');
    await serve({ files: large });
    expect(await get('--yes', '-q')).toEqual({ code: 0, stdout: '', stderr: '' });
    expect(server?.requests).toEqual(['onnx/model.onnx bytes=5000-']);
    expect(await readFile(join(folder, 'cache/hub/somebody--colours/onnx/model.onnx'))).toEqual(network);
  });

  it('ends in one sentence where the hub or the way to it fails', async () => {
    await serve({ spoiled: 'onnx/model.onnx' });
    expect(expectRefusal(await get('--yes', '-q'), 2, 'MODEL_INVALID')).toContain('checksum');
    await serve({ repository: 'somebody/else' });
    expect(expectRefusal(await get('--yes', '-q'), 2, 'INPUT_MISSING')).toContain('There is no somebody/colours');
    await serve({ status: { code: 401 } });
    expect(expectRefusal(await get('--yes', '-q'), 2, 'INPUT_UNREADABLE')).toContain('HF_TOKEN');
    expectRefusal(await lookhear('models', 'get', 'hub:../x'), 2, 'USAGE');
    const { url } = server as HubServer;
    await server?.close();
    server = { url, requests: [], close: async () => {} };
    expect(expectRefusal(await get('--yes', '-q'), 5, 'MODEL_MISSING')).toContain('the connection was refused');
    expect(await cache()).toSatisfy((names: string[]) => names.every((name) => name.endsWith('.part')));
  });

  it('replaces with --force what it fetched, and never a folder of somebody’s own', async () => {
    await serve();
    await mkdir(join(folder, 'own'));
    await writeFile(join(folder, 'own/letter.txt'), 'mine');
    expectRefusal(await get('--yes', '-q', '--force', '--out', 'own'), 2, 'OUTPUT_EXISTS');
    expect(await readdir(join(folder, 'own'))).toEqual(['letter.txt']);
    expect((await get('--yes', '-q', '--out', 'fetched')).code).toBe(0);
    expect((await get('--yes', '-q', '--force', '--out', 'fetched')).code).toBe(0);
    expect((await readdir(folder)).sort()).toEqual(['fetched', 'own']);
  });
});

/** A wav file of 16-bit samples, mono, 16 kHz. */
function wav(samples: Float32Array): Uint8Array {
  const bytes = Buffer.alloc(44 + 2 * samples.length);
  bytes.write('RIFF', 0, 'latin1');
  bytes.writeUInt32LE(36 + 2 * samples.length, 4);
  bytes.write('WAVEfmt ', 8, 'latin1');
  bytes.writeUInt32LE(16, 16);
  bytes.writeUInt16LE(1, 20);
  bytes.writeUInt16LE(1, 22);
  bytes.writeUInt32LE(16_000, 24);
  bytes.writeUInt32LE(32_000, 28);
  bytes.writeUInt16LE(2, 32);
  bytes.writeUInt16LE(16, 34);
  bytes.write('data', 36, 'latin1');
  bytes.writeUInt32LE(2 * samples.length, 40);
  for (const [index, sample] of samples.entries()) bytes.writeInt16LE(Math.round(32767 * sample), 44 + 2 * index);
  return bytes;
}
