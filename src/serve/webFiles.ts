/**
 * The folder of the web page. It is listed once, when the service starts, and only what stands in the list is served: no
 * path of a request ever reaches the disk.
 */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { Readable } from 'node:stream';

export interface WebFiles {
  /** Undefined where there is no such file. */
  answer(path: string, ifNoneMatch: string | null): Response | undefined;
}

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.mjs': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json',
  '.webmanifest': 'application/manifest+json',
  '.wasm': 'application/wasm',
  '.onnx': 'application/octet-stream',
  '.npy': 'application/x-npy',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.jpg': 'image/jpeg',
  '.webp': 'image/webp',
  '.ico': 'image/x-icon',
  '.ogg': 'audio/ogg',
  '.flac': 'audio/flac',
  '.mp3': 'audio/mpeg',
  '.wav': 'audio/wav',
  '.mp4': 'video/mp4',
  '.webm': 'video/webm',
  '.txt': 'text/plain; charset=utf-8',
  '.md': 'text/plain; charset=utf-8',
  '.map': 'application/json',
};

/** @returns null where there is no folder with an index.html */
export async function openWebFiles(folder: string): Promise<WebFiles | null> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  const files = new Map<string, { path: string; type: string; bytes: number; tag: string }>();
  for (const entry of entries) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    const content = await readFile(path);
    const tag = `"${createHash('sha256').update(content).digest('base64url').slice(0, 22)}"`;
    const type = types[extname(entry.name).toLowerCase()] ?? 'application/octet-stream';
    const name = path.slice(folder.length).replaceAll('\\', '/');
    files.set(name.startsWith('/') ? name : `/${name}`, { path, type, bytes: content.length, tag });
  }
  if (!files.has('/index.html')) return null;
  return {
    answer(path, ifNoneMatch) {
      const file = files.get(path.endsWith('/') ? `${path}index.html` : path);
      if (file === undefined) return undefined;
      const headers = { ETag: file.tag, 'Cache-Control': 'no-cache' };
      if (ifNoneMatch?.split(/\s*,\s*/).includes(file.tag)) return new Response(null, { status: 304, headers });
      const body = Readable.toWeb(createReadStream(file.path)) as ReadableStream<Uint8Array>;
      return new Response(body, {
        headers: { ...headers, 'Content-Type': file.type, 'Content-Length': String(file.bytes) },
      });
    },
  };
}
