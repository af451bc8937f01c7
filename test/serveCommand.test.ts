/**
 * The service on a real port, against clients that mean it no good: raw sockets, because no decent client sends such
 * things. The compiled code is run, because its workers are.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import {
  pictureWithSquare,
  red,
  tinyDescription,
  tinyPictureNetwork,
  tinySoundNetwork,
  tone,
} from '../src/localize/tinyModel.fixtures.ts';
import { encodePicture } from '../src/media/writePicture.ts';
import type { RunningService, ServiceOptions, startService } from '../src/serve/listen.ts';
import { writeWav } from '../src/sound/writeWav.ts';
import { writeModelFolder } from '../src/weights/modelFolder.node.ts';
import { command, runCommand } from './runCommand.ts';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

const compiled = fileURLToPath(new URL('../dist/serve/listen.js', import.meta.url));
const megabyte = 2 ** 20;

let folder = '';
let model = '';
let service: RunningService;
let port = 0;
let picture: Uint8Array<ArrayBuffer>;
let sound: Uint8Array<ArrayBuffer>;
const log: string[] = [];

async function start(options: Partial<ServiceOptions> = {}): Promise<RunningService> {
  const { startService: run }: { startService: typeof startService } = await import(compiled);
  return run({
    host: '127.0.0.1',
    port: 0,
    model,
    workers: 1,
    webFolder: join(folder, 'web'),
    version: '1.2.3',
    log: (line) => log.push(line),
    limits: { bodyBytes: 4 * megabyte, bodyMs: 500, headersMs: 500, stopMs: 5000 },
    ...options,
  });
}

/** Sends what it is given, and says what came back until the other side closed. */
function talk(send: (socket: Socket) => void): Promise<{ text: string; status: number | null; seconds: number }> {
  const begin = performance.now();
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => send(socket));
    let text = '';
    socket.on('data', (data) => {
      text += data.toString('latin1');
    });
    socket.on('error', () => {});
    socket.on('close', () => {
      const status = /^HTTP\/1\.1 (\d+)/.exec(text)?.[1];
      resolve({
        text,
        status: status === undefined ? null : Number(status),
        seconds: (performance.now() - begin) / 1000,
      });
    });
  });
}

const head = (...lines: string[]): string =>
  ['POST /v1/localize HTTP/1.1', 'Host: 127.0.0.1', ...lines, '', ''].join('\r\n');
const multipart = 'Content-Type: multipart/form-data; boundary=b';

function ask(
  path = 'v1/localize',
  parts: Record<string, Uint8Array<ArrayBuffer>> = { picture, sound },
): Promise<Response> {
  const body = new FormData();
  for (const [name, content] of Object.entries(parts)) body.append(name, new Blob([content]), '../../../etc/passwd');
  return fetch(new URL(path, service.address), { method: 'POST', body });
}

/** Nothing that was done to it has harmed it. */
async function expectWell(): Promise<void> {
  const [health, answer] = await Promise.all([fetch(new URL('healthz', service.address)), ask()]);
  expect(await health.json()).toMatchObject({ status: 'ok', workers: 1 });
  expect(await answer.json()).toMatchObject({ answer: 'here' });
}

describe.skipIf(!existsSync(compiled))('the service', () => {
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'lookhear-serve-'));
    model = join(folder, 'tiny');
    const networks = { picture: tinyPictureNetwork(), sound: tinySoundNetwork() };
    await writeModelFolder(model, tinyDescription, networks, 'A model for tests.');
    picture = await encodePicture(pictureWithSquare(red, 0.25), 'png');
    sound = new Uint8Array(writeWav([tone(300).samples], 16000));
    // Where its workers would put a file, if they did.
    await mkdir(join(folder, 'temporary'));
    vi.stubEnv('TMPDIR', join(folder, 'temporary'));
    service = await start();
    port = Number(new URL(service.address).port);
  });
  afterAll(async () => {
    await service?.stop();
    vi.unstubAllEnvs();
    await rm(folder, { recursive: true, force: true });
  });

  it('answers, and leaves nothing on the disk', async () => {
    await expectWell();
    // Nor does the engine, which would where it reported to its maker.
    expect(await readdir(join(folder, 'temporary'))).toEqual([]);
  });

  it('refuses a gigabyte before it comes', async () => {
    const answer = await talk((socket) => socket.write(head(multipart, `Content-Length: ${2 ** 30}`)));
    expect(answer.status).toBe(413);
    const asksFirst = await talk((socket) =>
      socket.write(head(multipart, `Content-Length: ${2 ** 30}`, 'Expect: 100-continue')),
    );
    expect(asksFirst.status).toBe(413);
    await expectWell();
  });

  it('refuses an upload without end as soon as it is too large, in little memory', async () => {
    const before = process.memoryUsage.rss();
    let sent = 0;
    const answer = await talk((socket) => {
      socket.write(head(multipart, 'Transfer-Encoding: chunked'));
      const piece = Buffer.alloc(65_536, 'x');
      const more = (): void => {
        while (!socket.destroyed && socket.writable) {
          sent += piece.length;
          if (!socket.write(Buffer.concat([Buffer.from('10000\r\n'), piece, Buffer.from('\r\n')]))) {
            socket.once('drain', more);
            return;
          }
        }
      };
      more();
    });
    expect(answer.status).toBe(413);
    expect(answer.seconds).toBeLessThan(10);
    expect(process.memoryUsage.rss() - before).toBeLessThan(200 * megabyte);
    expect(sent).toBeGreaterThan(4 * megabyte);
    await expectWell();
  });

  it('puts up with pieces of one byte neither for long nor in much memory', async () => {
    const before = process.memoryUsage.rss();
    const answer = await talk((socket) => {
      socket.write(head(multipart, 'Transfer-Encoding: chunked', 'Connection: close'));
      socket.write('1\r\nx\r\n'.repeat(500_000));
      socket.write('0\r\n\r\n');
    });
    expect(answer.status).toBe(400);
    expect(answer.text).toContain('too many tiny pieces');
    expect(answer.seconds).toBeLessThan(10);
    expect(process.memoryUsage.rss() - before).toBeLessThan(200 * megabyte);
    await expectWell();
  });

  it('waits neither for a slow body nor for slow headers', async () => {
    const body = await talk((socket) => {
      socket.write(head(multipart, 'Content-Length: 1000'));
      const drip = setInterval(() => socket.write('x'), 50);
      socket.on('close', () => clearInterval(drip));
    });
    expect(body.status).toBe(408);
    expect(body.text).toContain('"TOO_SLOW"');
    expect(body.seconds).toBeLessThan(5);
    const headers = await talk((socket) => {
      socket.write('POST /v1/localize HTTP/1.1\r\n');
      const drip = setInterval(() => socket.write('X'), 50);
      socket.on('close', () => clearInterval(drip));
    });
    expect(headers.status).toBe(408);
    expect(headers.seconds).toBeLessThan(10);
    await expectWell();
  });

  it.each<[string, string, number]>([
    ['two lengths', head(multipart, 'Content-Length: 5', 'Content-Length: 6'), 400],
    ['a length and pieces', head(multipart, 'Content-Length: 5', 'Transfer-Encoding: chunked'), 400],
    ['a length that is none', head(multipart, 'Content-Length: -1'), 400],
    ['a header with a line in it', head(multipart, 'X: a\nb\0c'), 400],
    ['long headers', head(multipart, `X: ${'x'.repeat(100_000)}`), 431],
    ['no host', 'GET /healthz HTTP/1.1\r\n\r\n', 400],
    ['two hosts', 'GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\nHost: evil.test\r\nConnection: close\r\n\r\n', 403],
    ['a host of elsewhere', 'GET /healthz HTTP/1.1\r\nHost: evil.test\r\nConnection: close\r\n\r\n', 403],
    [
      'an address of elsewhere',
      'GET http://evil.test/healthz HTTP/1.1\r\nHost: evil.test\r\nConnection: close\r\n\r\n',
      403,
    ],
    ['another protocol', 'hello\r\n\r\n', 400],
    ['a path upwards', 'GET /../../../etc/passwd HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n', 404],
    [
      'an encoded path upwards',
      'GET /%2e%2e/%2e%2e/etc/passwd HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n',
      404,
    ],
    ['a path that is none', 'GET /%ff%fe%00 HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n', 404],
    ['an unknown method', 'BREW /v1/localize HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n', 400],
    ['a tunnel', 'CONNECT evil.test:80 HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n', 0],
    ['an upgrade', head('Upgrade: websocket', 'Connection: Upgrade', 'Content-Length: 0'), 415],
  ])('ends %s with the right status', async (_, text, status) => {
    const answer = await talk((socket) => {
      socket.write(text);
      // What is answered and kept alive would be waited for.
      setTimeout(() => socket.end(), 1500);
    });
    expect(answer.status ?? 0).toBe(status);
    await expectWell();
  });

  it('does not keep an answer for a client that does not read it', async () => {
    const other = await start({ limits: { bodyMs: 2000, leastBytesPerSecond: 64 * megabyte } });
    const form = new FormData();
    form.append(
      'picture',
      new Blob([await encodePicture({ width: 3000, height: 3000, data: new Uint8Array(27_000_000) }, 'png')]),
    );
    form.append('sound', new Blob([sound]));
    const { headers, body } = new Response(form);
    const content = Buffer.from(await new Response(body).arrayBuffer());
    const socket = connect(Number(new URL(other.address).port), '127.0.0.1', () => {
      socket.write(
        head(
          `Content-Type: ${headers.get('content-type')}`,
          `Content-Length: ${content.length}`,
          'Accept: application/x-npy',
        ),
      );
      socket.write(content);
    });
    socket.pause();
    await wait(6000);
    let received = 0;
    socket.on('data', (data) => {
      received += data.length;
    });
    socket.resume();
    await once(socket, 'close');
    // What the system held on the way, and not all 36 MB.
    expect(received).toBeGreaterThan(1000);
    expect(received).toBeLessThan(20 * megabyte);
    await other.stop();
  });

  it('stays well when clients go away in the middle', async () => {
    await Promise.all(
      Array.from({ length: 20 }, (_, index) =>
        talk((socket) => {
          socket.write(head(multipart, 'Content-Length: 100000'));
          socket.write('x'.repeat(1000 * index), () => socket.resetAndDestroy());
        }),
      ),
    );
    await expectWell();
    expect(log.filter((line) => line.startsWith('failure'))).toEqual([]);
  });

  it('answers health checks while its worker is busy', async () => {
    const large = await encodePicture({ width: 4000, height: 4000, data: new Uint8Array(48_000_000) }, 'png');
    const working = Promise.all(Array.from({ length: 3 }, () => ask('v1/localize', { picture: large, sound })));
    const slowest = { ms: 0, busy: 0 };
    let isDone = false;
    working.finally(() => {
      isDone = true;
    });
    while (!isDone) {
      const begin = performance.now();
      const health = (await (await fetch(new URL('healthz', service.address))).json()) as { busy: number };
      slowest.ms = Math.max(slowest.ms, performance.now() - begin);
      slowest.busy = Math.max(slowest.busy, health.busy);
      await wait(10);
    }
    expect((await working).map(({ status }) => status)).toEqual([200, 200, 200]);
    expect(slowest.busy).toBe(1);
    expect(slowest.ms).toBeLessThan(1000);
  });

  it('finishes what is in work when it is stopped, and takes nothing new', async () => {
    const other = await start();
    const kept = await new Promise<Socket>((resolve) => {
      const socket = connect(Number(new URL(other.address).port), '127.0.0.1', () => resolve(socket));
    });
    const body = new FormData();
    body.append(
      'picture',
      new Blob([await encodePicture({ width: 3000, height: 3000, data: new Uint8Array(27_000_000) }, 'png')]),
    );
    body.append('sound', new Blob([sound]));
    const working = fetch(new URL('v1/localize', other.address), { method: 'POST', body });
    while (((await (await fetch(new URL('healthz', other.address))).json()) as { busy: number }).busy === 0)
      await wait(5);
    const stopped = other.stop();
    expect((await working).status).toBe(200);
    const begin = performance.now();
    await stopped;
    // Nobody waits for a connection on which nothing was asked.
    expect(performance.now() - begin).toBeLessThan(2000);
    kept.destroy();
    await expect(fetch(new URL('healthz', other.address))).rejects.toThrow();
  });
});

describe.skipIf(!existsSync(command))('lookhear serve', () => {
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'lookhear-serve-'));
    model = join(folder, 'tiny');
    const networks = { picture: tinyPictureNetwork(), sound: tinySoundNetwork() };
    await writeModelFolder(model, tinyDescription, networks, 'A model for tests.');
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  const environment = () => ({ PATH: process.env.PATH, HOME: folder, LOOKHEAR_MODEL: model });

  it('says where it is, logs a line a request, and ends with 0 when it is told to', async () => {
    const child = spawn(process.execPath, [command, 'serve', '--port', '0', '--threads', '1'], { env: environment() });
    let [stdout, stderr] = ['', ''];
    child.stderr.on('data', (text) => {
      stderr += text;
    });
    const address = await new Promise<string>((resolve) => {
      child.stdout.on('data', (text) => {
        stdout += text;
        const found = /^lookhear serves on (http:\/\/127\.0\.0\.1:\d+\/)/.exec(stdout)?.[1];
        if (found !== undefined) resolve(found);
      });
    });
    expect((await fetch(new URL('healthz', address))).status).toBe(200);
    const code = new Promise((resolve) => child.on('close', resolve));
    child.kill('SIGTERM');
    expect(await code).toBe(0);
    expect(stderr).toMatch(/^\S+Z GET \/healthz 200 \d+ ms$/m);
  });

  it('is quiet where asked, and finds no browser without failing', async () => {
    const words = ['serve', '--port', '0', '--threads', '1', '--quiet', '--open'];
    const child = spawn(process.execPath, [command, ...words], { env: { ...environment(), PATH: '' } });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (text) => {
        output += text;
      });
    }
    while (!output.includes('no browser')) await wait(50);
    child.kill('SIGINT');
    expect(await new Promise((resolve) => child.on('close', resolve))).toBe(0);
    expect(output).toMatch(/^note {3}no browser could be opened: visit http:\/\/127\.0\.0\.1:\d+\/\n$/);
  });

  it.each([
    [
      ['--host', '0.0.0.0'],
      /^error {2}Expected a token, because 0\.0\.0\.0 can be reached from other machines\. {3}\(USAGE\)\nhint {3}Set LOOKHEAR_TOKEN/,
    ],
    [['--host', '0.0.0.0', '--token', ''], /^error {2}Expected a token of letters/],
    [['--port', '70000'], /^error {2}Expected a number from 0 to 65535 for --port/],
    [
      ['--host', '192.0.2.1', '--token', 'x'],
      /^error {2}Cannot listen on 192\.0\.2\.1:4114: this machine has no such address/,
    ],
  ])('does not start with %j', async (words, message) => {
    const { code, stdout, stderr } = await runCommand(['serve', ...words], folder, environment());
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(message);
  });

  it('does not start on a port that is taken', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port: taken } = other.address() as AddressInfo;
    const { code, stderr } = await runCommand(['serve', '--port', String(taken)], folder, environment());
    other.close();
    expect(code).toBe(2);
    expect(stderr).toContain(`Cannot listen on 127.0.0.1:${taken}: another program listens there already.`);
  });
});
