/** A server on this machine that answers as the Hugging Face hub does, as far as models are fetched from it. */
import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface HubServer {
  readonly url: string;
  /** What was asked for, as `path` or `path bytes=N-`. */
  readonly requests: string[];
  close(): Promise<void>;
}

export interface HubServerOptions {
  /** OWNER/NAME */
  readonly repository: string;
  readonly files: Readonly<Record<string, Uint8Array | string>>;
  readonly card?: object;
  /** Cuts the connection after so many bytes of each answer to `path`. */
  readonly cut?: { readonly path: string; readonly after: number; readonly times: number };
  /** Sends other bytes than were announced. */
  readonly spoiled?: string;
  /** Answers everything, or only the files, with this status. */
  readonly status?: { readonly code: number; readonly only?: 'files' };
  /** Knows nothing of ranges. */
  readonly whole?: boolean;
}

export const hubCommit = 'c0ffee'.padEnd(40, '0');

export async function startHubServer(options: HubServerOptions): Promise<HubServer> {
  const requests: string[] = [];
  let cuts = options.cut?.times ?? 0;
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://hub');
    const [api, file] = [`/api/models/${options.repository}/`, `/${options.repository}/resolve/${hubCommit}/`];
    const refuse = (code: number): void => {
      response.writeHead(code, { 'Content-Type': 'application/json' }).end('{"error":"no"}');
    };
    const { status } = options;
    if (status && (status.only === undefined || pathname.startsWith(file))) return refuse(status.code);
    if (pathname.startsWith(`${api}revision/`)) {
      const { card = { license: 'apache-2.0' } } = options;
      return answer(response, { id: options.repository, sha: hubCommit, cardData: card, tags: ['onnx'], gated: false });
    }
    if (pathname === `${api}tree/${hubCommit}`) return answer(response, entries(options.files));
    const path = pathname.slice(file.length);
    if (!pathname.startsWith(file) || !(path in options.files)) return refuse(404);
    const { range } = request.headers;
    requests.push(range ? `${path} ${range}` : path);
    const isCut = options.cut?.path === path && cuts-- > 0;
    send(request, response, bytesOf(options, path), isCut ? options.cut.after : undefined, options.whole === true);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    close: () => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

function bytesOf({ files, spoiled }: HubServerOptions, path: string): Buffer {
  const bytes = Buffer.from(files[path]);
  if (path === spoiled) bytes[bytes.length - 1] ^= 1;
  return bytes;
}

function answer(response: ServerResponse, value: unknown): void {
  response.writeHead(200, { 'Content-Type': 'application/json' }).end(JSON.stringify(value));
}

/** As the hub lists them: networks are kept aside (LFS) and have a SHA-256, texts have git's own checksum. */
function entries(files: HubServerOptions['files']): object[] {
  return Object.entries(files).map(([path, content]) => {
    const bytes = Buffer.from(content);
    const oid = createHash('sha1').update(`blob ${bytes.length}\0`).update(bytes).digest('hex');
    const lfs = { oid: createHash('sha256').update(bytes).digest('hex'), size: bytes.length, pointerSize: 130 };
    return { type: 'file', path, size: bytes.length, oid, ...(path.endsWith('.onnx') && { lfs }) };
  });
}

function send(
  request: IncomingMessage,
  response: ServerResponse,
  bytes: Buffer,
  cutAfter: number | undefined,
  whole: boolean,
): void {
  const from = whole ? 0 : Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1] ?? 0);
  const rest = bytes.subarray(from);
  response.writeHead(from > 0 ? 206 : 200, {
    'Content-Length': rest.length,
    ...(from > 0 && { 'Content-Range': `bytes ${from}-${bytes.length - 1}/${bytes.length}` }),
  });
  if (cutAfter === undefined) response.end(rest);
  else response.write(rest.subarray(0, cutAfter), () => setTimeout(() => response.destroy(), 50));
}
