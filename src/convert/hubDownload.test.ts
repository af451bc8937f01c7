import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { LookhearError } from '../errors.ts';
import { downloadHubModel } from './hubDownload.node.ts';
import { colours } from './hubFolder.fixtures.ts';
import { readHubPicture } from './hubFolder.node.ts';
import { listHubModel } from './hubListing.node.ts';
import { parseHubName } from './hubName.node.ts';
import { readFetched, readProvenance } from './hubOrigin.node.ts';
import { type HubServer, type HubServerOptions, hubCommit, startHubServer } from './hubServer.fixtures.ts';

const repository = 'somebody/colours';
const network = Buffer.concat([colours.network, Buffer.alloc(60_000)]);
const files = {
  '.gitattributes': '*.onnx filter=lfs',
  'README.md': '---\nlicense: mit\n---\n',
  'config.json': JSON.stringify(colours.config),
  'preprocessor_config.json': JSON.stringify(colours.preprocessor),
  'onnx/model.onnx': network,
  'onnx/model_quantized.onnx': 'other',
  'pytorch_model.bin': 'weights',
};

let folder: string;
let server: HubServer | undefined;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lookhear-get-'));
});

afterEach(async () => {
  await server?.close();
  server = undefined;
  await rm(folder, { recursive: true });
});

async function start(options: Partial<HubServerOptions> = {}): Promise<string> {
  await server?.close();
  server = await startHubServer({ repository, files, ...options });
  return server.url;
}

const target = (): string => join(folder, 'somebody--colours');

async function get(hubUrl: string): Promise<void> {
  await downloadHubModel(await listHubModel({ repository, hubUrl }), target());
}

async function refusal(task: Promise<unknown>): Promise<LookhearError> {
  const error = await task.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(LookhearError);
  const { message, hint } = error as LookhearError;
  expect(message).toMatch(/^[^\n]*\.$/);
  expect(hint).toBeTruthy();
  return error as LookhearError;
}

describe('a model of the hub', () => {
  it('is shown before it is fetched', async () => {
    const listing = await listHubModel({ repository, hubUrl: await start() });
    expect(listing).toMatchObject({ repository, revision: hubCommit, licence: 'apache-2.0' });
    expect(listing.files.map(({ path }) => path)).toEqual([
      'config.json',
      'preprocessor_config.json',
      'README.md',
      'onnx/model.onnx',
    ]);
    expect(server?.requests).toEqual([]);
  });

  it('arrives whole, and remembers where it is from', async () => {
    const listing = await listHubModel({ repository, hubUrl: await start() });
    const steps: number[] = [];
    await downloadHubModel(listing, target(), { onProgress: (done, total) => steps.push(done / total) });
    expect(steps.at(-1)).toBe(1);
    expect(steps).toEqual(steps.toSorted((a, b) => a - b));
    expect(await readFile(join(target(), 'onnx/model.onnx'))).toEqual(network);
    expect((await readdir(folder)).sort()).toEqual(['somebody--colours']);
    expect((await readHubPicture(target())).labels).toEqual(['person', 'tree', 'car']);
    expect(await readFetched(target())).toMatchObject({ repository, revision: hubCommit, licence: 'apache-2.0' });
    // What the folder itself says comes before what the hub said of it.
    expect(await readProvenance(target())).toEqual({
      origin: [`hub:${repository} (revision ${hubCommit}), licence mit`],
      licence: 'mit',
    });
  });

  it('goes on where the connection was cut', async () => {
    await get(await start({ cut: { path: 'onnx/model.onnx', after: 20_000, times: 2 } }));
    expect(server?.requests.filter((path) => path.startsWith('onnx'))).toEqual([
      'onnx/model.onnx',
      'onnx/model.onnx bytes=20000-',
      'onnx/model.onnx bytes=40000-',
    ]);
    expect(await readFile(join(target(), 'onnx/model.onnx'))).toEqual(network);
  });

  it('goes on at the next call, and fetches nothing twice', async () => {
    const cut = { path: 'onnx/model.onnx', after: 5000, times: 100 };
    const error = await refusal(get(await start({ cut })));
    expect(error.code).toBe('MODEL_MISSING');
    expect(error.message).toContain('was cut after 25000 of');
    expect(await readdir(folder)).toEqual(['somebody--colours.c0ffee000000.part']);
    await get(await start());
    expect(server?.requests).toEqual(['onnx/model.onnx bytes=25000-']);
    expect(await readdir(folder)).toEqual(['somebody--colours']);
  });

  it('begins again where the server knows no ranges', async () => {
    await get(await start({ cut: { path: 'onnx/model.onnx', after: 20_000, times: 1 }, whole: true }));
    expect(await readFile(join(target(), 'onnx/model.onnx'))).toEqual(network);
  });

  it('is refused where a file is not the one announced, whichever checksum it has', async () => {
    for (const spoiled of ['config.json', 'onnx/model.onnx']) {
      const error = await refusal(get(await start({ spoiled })));
      expect(error.code).toBe('MODEL_INVALID');
      expect(error.message).toMatch(/^\S+ of somebody\/colours did not arrive as the hub announced it: checksum /);
    }
    await get(await start());
    expect(await readFile(join(target(), 'onnx/model.onnx'))).toEqual(network);
  });

  it('is refused in one sentence where it is not there, not for all, or the hub is ill', async () => {
    const missing = await refusal(listHubModel({ repository: 'no/body', hubUrl: await start() }));
    expect(missing).toMatchObject({ code: 'INPUT_MISSING', message: expect.stringContaining('There is no no/body') });
    const gated = await refusal(get(await start({ status: { code: 401, only: 'files' } })));
    expect(gated).toMatchObject({ code: 'INPUT_UNREADABLE', hint: expect.stringContaining('HF_TOKEN') });
    expect((await refusal(get(await start({ status: { code: 403 } })))).code).toBe('INPUT_UNREADABLE');
    expect((await refusal(get(await start({ status: { code: 503 } })))).message).toContain('answered with status 503');
    expect(await readdir(folder)).not.toContain('somebody--colours');
  });

  it('says so where there is no connection', async () => {
    const url = await start();
    await server?.close();
    server = undefined;
    const error = await refusal(listHubModel({ repository, hubUrl: url }));
    expect(error.code).toBe('MODEL_MISSING');
    expect(error.message).toBe(`Cannot reach ${url.slice(7)}: the connection was refused.`);
  });

  it('is refused where its files are of another layout', async () => {
    const { 'onnx/model.onnx': _, ...without } = files;
    const error = await refusal(listHubModel({ repository, hubUrl: await start({ files: without }) }));
    expect(error).toMatchObject({ code: 'INPUT_UNSUPPORTED' });
    expect(error.message).toContain('it has no onnx/model.onnx, only onnx/model_quantized.onnx.');
    const outside = { ...files, 'onnx/model.onnx_data': 'weights' };
    expect((await refusal(listHubModel({ repository, hubUrl: await start({ files: outside }) }))).message).toContain(
      'lie in a second file, onnx/model.onnx_data.',
    );
  });

  it('stops when it is told to', async () => {
    const listing = await listHubModel({ repository, hubUrl: await start() });
    const stop = new AbortController();
    const stopped = downloadHubModel(listing, target(), { signal: stop.signal, onProgress: () => stop.abort() });
    expect(
      (await refusal(stopped.catch((e) => Promise.reject(Object.assign(e, { hint: e.hint ?? 'none' }))))).code,
    ).toBe('ABORTED');
    expect(await readdir(folder)).toEqual(['somebody--colours.c0ffee000000.part']);
  });

  it('tells the licence however its card states it', async () => {
    const licenceOf = async (card: object): Promise<string> =>
      (await listHubModel({ repository, hubUrl: await start({ card }) })).licence;
    expect(await licenceOf({})).toBe('unknown');
    expect(await licenceOf({ license: 'other', license_name: 'nvidia-source' })).toBe('nvidia-source');
    expect(await licenceOf({ license: ['mit', 'bsd'] })).toBe('mit, bsd');
  });
});

describe('parseHubName', () => {
  it('takes OWNER/NAME and nothing that leads elsewhere', () => {
    expect(parseHubName('hub:Xenova/segformer-b0_ade.1')).toBe('Xenova/segformer-b0_ade.1');
    for (const name of ['hub:one', 'hub:../x', 'hub:a/../b', 'hub:a/b/c', 'hub:a--b/c', 'hub:a/', 'hub:.a/b', 'a/b']) {
      expect(() => parseHubName(name), name).toThrow(LookhearError);
    }
  });
});
