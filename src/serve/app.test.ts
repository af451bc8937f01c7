import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { deflateSync } from 'node:zlib';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { z } from 'zod';
import { chooseEngine } from '../engine/chooseEngine.node.ts';
import { findingJson } from '../localize/findingJson.ts';
import type { Localizer } from '../localize/localizer.ts';
import { blue, openTinyLocalizer, pictureWithSquare, red, tone } from '../localize/tinyModel.fixtures.ts';
import { readPicture } from '../media/readPicture.ts';
import { encodePicture } from '../media/writePicture.ts';
import { type PoolLoad, RequestFailure } from '../parallel/requestPool.ts';
import { writeWav } from '../sound/writeWav.ts';
import { readNpy } from '../weights/npy.ts';
import { createApp } from './app.ts';
import { answerRequest } from './engineAnswer.ts';
import type { EngineWorkers } from './engineWorkers.ts';
import { defaultLimits } from './limits.ts';
import { createMetrics } from './metrics.ts';
import { errorSchema, findingSchema, healthSchema, heardSchema, seenSchema } from './schemas.ts';
import type { Service } from './service.ts';
import { openWebFiles } from './webFiles.ts';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

let localizer: Localizer;
let picture: Uint8Array<ArrayBuffer>;
let sound: Uint8Array<ArrayBuffer>;
let silence: Uint8Array<ArrayBuffer>;
let log: string[];
let load: PoolLoad;

const limits = { ...defaultLimits, bodyBytes: 2 ** 20, pixels: 100_000, soundSeconds: 60, bodyMs: 200 };

/** Answers in this thread. */
const workers = (): EngineWorkers => ({
  ready: {
    engine: 'native',
    model: { name: 'tiny', version: '1.0.0', licence: 'Apache-2.0', labels: ['red', 'blue'], sha256: '0'.repeat(64) },
  },
  load: () => load,
  ask: (request) => answerRequest(localizer, request, limits),
  close: async () => {},
});

function open(options: Partial<Service> = {}) {
  return createApp({
    workers: workers(),
    limits,
    token: undefined,
    webFiles: null,
    metrics: createMetrics(),
    version: '1.2.3',
    isStopping: () => false,
    log: (line) => log.push(line),
    ...options,
  });
}

const here = { Host: '127.0.0.1:4114' };

function upload(
  parts: Record<string, Uint8Array<ArrayBuffer> | string>,
  headers: Record<string, string> = {},
): RequestInit {
  const body = new FormData();
  for (const [name, content] of Object.entries(parts)) body.append(name, new Blob([content]), '../../etc/passwd');
  return { method: 'POST', body, headers: { ...here, ...headers } };
}

async function expectRefusal(response: Response, status: number, message: RegExp): Promise<void> {
  const body = errorSchema.parse(await response.json());
  expect({ status: response.status, message: body.message }).toEqual({
    status,
    message: expect.stringMatching(message),
  });
}

beforeAll(async () => {
  localizer = await openTinyLocalizer(await chooseEngine());
  picture = await encodePicture(pictureWithSquare(red, 0.25), 'png');
  sound = new Uint8Array(writeWav([tone(300).samples], 16000));
  silence = new Uint8Array(writeWav([new Float32Array(16000)], 16000));
});
afterAll(() => localizer.close());
beforeEach(() => {
  log = [];
  load = { workers: 2, busy: 0, waiting: 0, replaced: 0 };
});

describe('POST /v1/localize', () => {
  it('answers with the JSON of the command line', async () => {
    const response = await open().request('/v1/localize', upload({ picture, sound }));
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe('application/json');
    const found = findingSchema.parse(await response.json());
    const expected = findingJson(await localizer.localize(pictureWithSquare(red, 0.25), tone(300)), null);
    expect(found.answer).toBe('here');
    expect({ ...found, timing: null }).toEqual({ ...expected, timing: null });
  });

  it('says no as an answer, not as an error', async () => {
    const other = await encodePicture(pictureWithSquare(blue, 0.25), 'png');
    const answers = [
      { picture: other, sound },
      { picture, sound: silence },
    ].map(async (parts) => {
      const response = await open().request('/v1/localize', upload(parts));
      return [response.status, findingSchema.parse(await response.json()).answer];
    });
    expect(await Promise.all(answers)).toEqual([
      [200, 'not in the picture'],
      [200, 'silent'],
    ]);
  });

  it('answers with the map where Accept says so: the same as values and in grey', async () => {
    const app = open();
    const npy = await app.request('/v1/localize', upload({ picture, sound }, { Accept: 'application/x-npy' }));
    expect(Object.fromEntries(npy.headers)).toMatchObject({
      'content-type': 'application/x-npy',
      'lookhear-answer': 'here',
      vary: 'Accept',
    });
    const { shape, data } = readNpy(new Uint8Array(await npy.arrayBuffer()));
    const { heat } = await localizer.localize(pictureWithSquare(red, 0.25), tone(300));
    expect(shape).toEqual([64, 64]);
    expect(data).toEqual(heat.data);
    const png = await app.request('/v1/localize', upload({ picture, sound }, { Accept: 'image/png' }));
    expect(png.headers.get('content-type')).toBe('image/png');
    const grey = await readPicture(new Uint8Array(await png.arrayBuffer()));
    expect(grey.data.filter((_, index) => index % 3 === 0)).toEqual(
      Uint8Array.from(heat.data, (v) => Math.round(255 * v)),
    );
  });

  it('paints the heat over the picture for a form, which cannot choose its Accept', async () => {
    const response = await open().request(
      '/v1/localize?as=overlay',
      upload({ picture, sound }, { Accept: 'text/html' }),
    );
    expect(response.headers.get('content-type')).toBe('image/png');
    expect(await readPicture(new Uint8Array(await response.arrayBuffer()))).toMatchObject({ width: 64, height: 64 });
  });

  it.each<[string, () => RequestInit, number, RegExp]>([
    [
      'JSON',
      () => ({ method: 'POST', body: '{}', headers: { ...here, 'Content-Type': 'application/json' } }),
      415,
      /multipart/,
    ],
    ['no body', () => ({ method: 'POST', headers: here }), 415, /multipart/],
    ['no sound', () => upload({ picture }), 400, /"sound" is missing/],
    ['a misspelt part', () => upload({ picture, sound, image: picture }), 400, /got "image" too/],
    ['a video', () => upload({ video: 'mp4' }), 415, /Videos are not taken here yet/],
    ['text for a picture', () => upload({ picture: 'hello', sound }), 415, /the picture: it is text/],
    ['an empty picture', () => upload({ picture: '', sound }), 400, /it has no bytes/],
    ['a cut picture', () => upload({ picture: picture.slice(0, 200), sound }), 422, /the picture: it is damaged/],
    ['a cut sound', () => upload({ picture, sound: sound.slice(0, 2000) }), 422, /^The sound/],
    ['an empty sound', () => upload({ picture, sound: '' }), 400, /^The sound is empty/],
    ['the two exchanged', () => upload({ picture: sound, sound: picture }), 415, /not a picture|not a sound/],
    [
      'a sound that needs ffmpeg',
      () => upload({ picture, sound: '\0\0\0\x18ftypM4A \0\0\0\0' }),
      415,
      /mp4, m4a or mov file is not taken/,
    ],
    ['a large upload', () => upload({ picture, sound: 'x'.repeat(2 ** 20) }), 413, /larger than 1 MiB/],
    ['a compressed upload', () => upload({ picture, sound }, { 'Content-Encoding': 'gzip' }), 415, /Content-Encoding/],
    ['an Accept of other types', () => upload({ picture, sound }, { Accept: 'text/html' }), 406, /application\/x-npy/],
  ])('refuses %s', async (_, request, status, message) => {
    await expectRefusal(await open().request('/v1/localize', request()), status, message);
  });

  it('refuses pictures and sounds that are larger than they look', async () => {
    const bomb = await encodePicture({ width: 1000, height: 400, data: new Uint8Array(1_200_000) }, 'png');
    await expectRefusal(await open().request('/v1/localize', upload({ picture: bomb, sound })), 413, /1000 x 400/);
    const long = new Uint8Array(writeWav([new Float32Array(61 * 1000)], 1000));
    await expectRefusal(await open().request('/v1/localize', upload({ picture, sound: long })), 413, /1 minutes/);
  });

  it('names no file of this machine, whatever is wrong', async () => {
    for (const parts of [
      { picture: 'x', sound },
      { picture, sound: 'x' },
      { picture: deflateSync(picture), sound },
    ]) {
      const text = await (
        await open().request('/v1/localize', upload(parts as Record<string, Uint8Array<ArrayBuffer>>))
      ).text();
      expect(text).not.toMatch(/passwd|node_modules|src\/|dist\/|\/tmp/);
    }
  });

  it('says busy, and for how long, where there is no room', async () => {
    load = { workers: 2, busy: 2, waiting: limits.waiting, replaced: 0 };
    const early = await open().request('/v1/localize', upload({ picture, sound }));
    expect(Number(early.headers.get('retry-after'))).toBeGreaterThan(0);
    await expectRefusal(early, 429, /as much to do/);
    const full = { ...workers(), ask: () => Promise.reject(new RequestFailure('full')) };
    load = { workers: 2, busy: 2, waiting: 0, replaced: 0 };
    await expectRefusal(
      await open({ workers: full }).request('/v1/localize', upload({ picture, sound })),
      429,
      /as much/,
    );
    const crowded = { ...limits, heldBytes: 1000 };
    await expectRefusal(
      await open({ limits: crowded }).request('/v1/localize', upload({ picture, sound })),
      429,
      /holds/,
    );
  });

  it.each([
    ['died', 500, /worker .* died/],
    ['late', 503, /longer than 60 seconds/],
    ['closed', 503, /about to end/],
  ] as const)('answers where the worker %s', async (reason, status, message) => {
    const failing = { ...workers(), ask: () => Promise.reject(new RequestFailure(reason)) };
    await expectRefusal(
      await open({ workers: failing }).request('/v1/localize', upload({ picture, sound })),
      status,
      message,
    );
  });

  it('gives back the memory of every upload, also of those that failed', async () => {
    const app = open({ limits: { ...limits, heldBytes: 300_000 } });
    for (let count = 0; count < 10; count++) {
      const response = await app.request('/v1/localize', upload(count % 2 === 0 ? { picture, sound } : { picture }));
      expect([200, 400]).toContain(response.status);
      await response.arrayBuffer();
    }
  });

  it('waits for a slow body no longer than it says', async () => {
    const slow = new ReadableStream({
      async pull(controller) {
        await new Promise((resolve) => setTimeout(resolve, 20));
        controller.enqueue(new Uint8Array(1));
      },
    });
    const headers = { ...here, 'Content-Type': 'multipart/form-data; boundary=b' };
    const request = new Request('http://127.0.0.1/v1/localize', {
      method: 'POST',
      body: slow,
      headers,
      duplex: 'half',
    });
    await expectRefusal(await open().fetch(request), 408, /slower than 64 KiB/);
  });
});

describe('the halves', () => {
  it('hear and see', async () => {
    const heard = heardSchema.parse(await (await open().request('/v1/hear?top=1', upload({ sound }))).json());
    expect(heard.heard).toEqual([{ label: 'red', score: expect.closeTo(1, 1) }]);
    const seen = seenSchema.parse(await (await open().request('/v1/see', upload({ picture }))).json());
    expect(seen.seen[0].label).toBe('red');
  });

  it.each(['0', '1001', '1e1', '', 'x'])('refuse top=%s', async (top) => {
    await expectRefusal(await open().request(`/v1/hear?top=${top}`, upload({ sound })), 400, /"top"/);
  });
});

describe('what surrounds them', () => {
  it('tells whether it works', async () => {
    const health = async (options: Partial<Service> = {}) => {
      const response = await open(options).request('/healthz', { headers: here });
      return [response.status, healthSchema.parse(await response.json()).status];
    };
    expect(await health()).toEqual([200, 'ok']);
    expect(await health({ isStopping: () => true })).toEqual([503, 'stopping']);
    load = { ...load, workers: 0 };
    expect(await health()).toEqual([503, 'no workers']);
  });

  it('counts', async () => {
    const app = open();
    await app.request('/v1/see', upload({ picture }));
    await app.request('/v1/see', upload({}));
    await app.request('/no/such/"path"', { headers: here });
    const text = await (await app.request('/metrics', { headers: here })).text();
    expect(text).toContain('lookhear_requests_total{route="/v1/see",status="200"} 1\n');
    expect(text).toContain('lookhear_requests_total{route="/v1/see",status="400"} 1\n');
    expect(text).toContain('lookhear_requests_total{route="other",status="404"} 1\n');
    expect(text).toContain('lookhear_request_duration_seconds_bucket{route="/v1/see",le="+Inf"} 2\n');
    for (const line of text.trimEnd().split('\n'))
      expect(line).toMatch(/^(# (HELP|TYPE) \w+ .+|\w+(\{\w+="[^"]*"(,\w+="[^"]*")*\})? [\d.e-]+)$/);
  });

  it('describes itself with the schemas that check its answers', async () => {
    const response = await open().request('/openapi.json', { headers: here });
    const description = JSON.parse(await response.text());
    expect(description).toMatchObject({ openapi: '3.1.0', info: { version: '1.2.3' } });
    const post = description.paths['/v1/localize'].post;
    expect(post.requestBody.content['multipart/form-data'].schema.required).toEqual(['picture', 'sound']);
    expect(Object.keys(post.responses[200].content)).toEqual(['application/json', 'application/x-npy', 'image/png']);
    const { $schema: _, ...expected } = z.toJSONSchema(findingSchema, { io: 'input' });
    expect(post.responses[200].content['application/json'].schema).toEqual(expected);
  });

  it('says what may be done where something else is tried', async () => {
    const response = await open().request('/v1/localize', { method: 'DELETE', headers: here });
    expect([response.status, response.headers.get('allow')]).toEqual([405, 'POST']);
    await expectRefusal(await open().request('/v2/localize', { headers: here }), 404, /nothing here/);
  });

  it('lets no other page and no other name in', async () => {
    const origin = { Origin: 'https://evil.test' };
    await expectRefusal(await open().request('/v1/see', upload({ picture }, origin)), 403, /Pages from elsewhere/);
    const preflight = await open().request('/v1/see', { method: 'OPTIONS', headers: { ...here, ...origin } });
    expect(preflight.status).toBe(405);
    expect(preflight.headers.get('access-control-allow-origin')).toBeNull();
    await expectRefusal(await open().request('/', { headers: { Host: 'evil.test' } }), 403, /localhost/);
  });

  it('wants the token for everything but the page, the description and the health', async () => {
    const app = open({ token: 'secret' });
    const anywhere = { Host: 'lookhear.example' };
    const status = async (path: string, headers: Record<string, string> = {}, method = 'GET') =>
      (await app.request(path, { method, headers: { ...anywhere, ...headers } })).status;
    for (const path of ['/', '/healthz', '/openapi.json']) expect(await status(path)).toBe(200);
    for (const path of ['/v1/models', '/metrics']) {
      expect(await status(path)).toBe(401);
      expect(await status(path, { Authorization: 'Bearer secrets' })).toBe(401);
      expect(await status(path, { Authorization: 'Bearer secret' })).toBe(200);
    }
    expect(await status('/v1/localize', {}, 'POST')).toBe(401);
  });

  it('is safe in a browser, whatever it answers', async () => {
    for (const path of ['/', '/nothing', '/healthz', '/v1/localize']) {
      const { headers } = await open().request(path, { headers: here });
      expect(headers.get('content-security-policy')).toContain("default-src 'self'");
      expect(headers.get('cross-origin-opener-policy')).toBe('same-origin');
      expect(headers.get('cross-origin-embedder-policy')).toBe('require-corp');
      expect(headers.get('x-content-type-options')).toBe('nosniff');
    }
  });

  it('writes one line for each request, however it is called', async () => {
    await open().request('/v1/x%0aPOST%20forged?token=secret', { headers: here });
    expect(log).toEqual([expect.stringMatching(/^GET \/v1\/x%0aPOST%20forged 404 \d+ ms$/)]);
  });

  it('tells of its own failures in the log alone', async () => {
    const broken = { ...workers(), ask: () => Promise.reject(new Error('cannot read /srv/model')) };
    await expectRefusal(
      await open({ workers: broken }).request('/v1/see', upload({ picture })),
      500,
      /^Something unexpected happened inside the service\.$/,
    );
    expect(log[0]).toContain('cannot read /srv/model');
  });
});

describe('the page', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'lookhear-web-'));
    await mkdir(join(folder, 'web/assets'), { recursive: true });
    await writeFile(join(folder, 'secret.txt'), 'secret');
    await writeFile(join(folder, 'web/index.html'), '<!doctype html>');
    await writeFile(join(folder, 'web/assets/engine.wasm'), 'wasm');
  });
  afterAll(() => rm(folder, { recursive: true }));

  it('is plain where the web page was not built, and asks the service with a form', async () => {
    expect(await openWebFiles(join(folder, 'nothing'))).toBeNull();
    const text = await (await open().request('/', { headers: here })).text();
    expect(text).toContain('<form method="post" action="/v1/localize"');
    expect(text).not.toMatch(/<script|<style| on\w+=/);
  });

  it('is the built one where there is one, with everything beside it and nothing above', async () => {
    const app = open({ webFiles: await openWebFiles(join(folder, 'web')) });
    const get = (path: string, headers: Record<string, string> = {}) =>
      app.request(path, { headers: { ...here, ...headers } });
    expect(await (await get('/')).text()).toBe('<!doctype html>');
    const wasm = await get('/assets/engine.wasm');
    expect([wasm.headers.get('content-type'), await wasm.text()]).toEqual(['application/wasm', 'wasm']);
    expect((await get('/assets/engine.wasm', { 'If-None-Match': wasm.headers.get('etag')! })).status).toBe(304);
    for (const path of [
      '/../secret.txt',
      '/%2e%2e/secret.txt',
      '/..%2fsecret.txt',
      '/assets/',
      '/assets/..\\..\\secret.txt',
      '/assets%00',
    ]) {
      expect((await get(path)).status).toBe(404);
    }
  });
});
