/**
 * Fetches a model of the hub into a folder. Files arrive beside their place, go on where a cut connection left them, and
 * are held against the hub's checksums; the folder has its name only when all of it is there.
 */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, open, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { LookhearError } from '../errors.ts';
import { accessToken, type HubFile, type HubListing, hubFailure } from './hubListing.node.ts';
import { type Fetched, fetchedFile } from './hubOrigin.node.ts';

export interface DownloadOptions {
  readonly signal?: AbortSignal | undefined;
  /** Bytes of all files that are there, and of all. */
  readonly onProgress?: ((done: number, total: number) => void) | undefined;
  /** Called when all has arrived, to make room where the folder shall be. */
  readonly beforeRename?: (() => Promise<void>) | undefined;
}

/** A cut connection is taken up again so often, as long as each time brings something. */
const attempts = 5;

/**
 * @param folder Must not exist, or go in `beforeRename`. Beside it a folder `.part` holds what has arrived, for the next time.
 * Fails with MODEL_MISSING where the connection breaks for good, with MODEL_INVALID where what arrived is not what the
 * hub announced, with ABORTED, and as `listHubModel` does.
 */
export async function downloadHubModel(
  listing: HubListing,
  folder: string,
  { signal, onProgress, beforeRename }: DownloadOptions = {},
): Promise<void> {
  const part = `${folder}.${listing.revision.slice(0, 12).replace(/[^\w.-]/g, '_')}.part`;
  const total = totalBytes(listing);
  let before = 0;
  const files: Fetched['files'] = [];
  for (const file of listing.files) {
    const path = join(part, file.path);
    await mkdir(dirname(path), { recursive: true });
    const sha256 = await fetchFile(listing, file, path, signal, (done) => onProgress?.(before + done, total));
    files.push({ path: file.path, bytes: file.bytes, sha256 });
    before += file.bytes;
  }
  const { repository, revision, licence } = listing;
  const record: Fetched = { schema: 'lookhear/hub-folder@1', repository, revision, licence, files };
  await writeFile(join(part, fetchedFile), `${JSON.stringify(record, null, 2)}\n`);
  await beforeRename?.();
  await rename(part, folder);
}

export function totalBytes({ files }: HubListing): number {
  return files.reduce((sum, { bytes }) => sum + bytes, 0);
}

/** @returns the SHA-256 of the file at `path`, which is whole then. */
async function fetchFile(
  listing: HubListing,
  file: HubFile,
  path: string,
  signal: AbortSignal | undefined,
  onBytes: (done: number) => void,
): Promise<string> {
  // It has that name only after its checksum was right.
  if ((await sizeOf(path)) !== file.bytes || file.bytes === 0) {
    const partial = `${path}.part`;
    if (file.bytes === 0) await writeFile(partial, '');
    let has = await sizeOf(partial);
    for (let attempt = 1; has < file.bytes; attempt++) {
      await fetchRest(listing, file, partial, has, signal, onBytes);
      const now = await sizeOf(partial);
      if (now < file.bytes && (now <= has || attempt === attempts)) throw cut(listing, file, now);
      has = now;
    }
    const problem = await checksumProblem(partial, file);
    if (problem !== undefined) {
      await rm(partial, { force: true });
      throw new LookhearError(
        'MODEL_INVALID',
        `${file.path} of ${listing.repository} did not arrive as the hub announced it: ${problem}.`,
        {
          hint: 'It was thrown away; the same command fetches it again. If that fails too, something on the way changes files.',
        },
      );
    }
    await rename(partial, path);
  }
  onBytes(file.bytes);
  return hashFile('sha256', path);
}

/** Appends what is still to come. A connection that is cut on the way ends it like the end of the file. */
async function fetchRest(
  listing: HubListing,
  { path, bytes }: HubFile,
  partial: string,
  from: number,
  signal: AbortSignal | undefined,
  onBytes: (done: number) => void,
): Promise<void> {
  const { hubUrl, repository, revision } = listing;
  const { accessToken: token } = accessToken();
  const url = `${hubUrl}/${repository}/resolve/${encodeURIComponent(revision)}/${path}`;
  let response: Response;
  try {
    response = await fetch(url, {
      signal: signal ?? null,
      headers: {
        // Compressed on the way, a part of a file would not be the part that was asked for.
        'Accept-Encoding': 'identity',
        ...(token && { Authorization: `Bearer ${token}` }),
        ...(from > 0 && { Range: `bytes=${from}-` }),
      },
    });
    if (!response.ok) throw Object.assign(new Error(`status ${response.status}`), { statusCode: response.status });
  } catch (cause) {
    throw hubFailure(cause, { repository, revision, hub: hubUrl, signal });
  }
  const isRest = response.status === 206 && startOf(response) === from;
  const file = await open(partial, isRest ? 'a' : 'w');
  let done = isRest ? from : 0;
  try {
    for await (const chunk of response.body ?? []) {
      done += chunk.length;
      if (done > bytes) throw tooLong(listing, path, bytes);
      await file.write(chunk);
      onBytes(done);
    }
  } catch (cause) {
    if (cause instanceof LookhearError || isDiskFailure(cause)) throw cause;
    if (signal?.aborted) throw new LookhearError('ABORTED', 'Stopped; the same command goes on.', { cause });
  } finally {
    await file.close();
  }
}

/** Where the part begins that a server sends. */
function startOf(response: Response): number {
  return Number(/^bytes (\d+)-/.exec(response.headers.get('content-range') ?? '')?.[1] ?? -1);
}

function isDiskFailure(cause: unknown): boolean {
  return cause instanceof Error && 'code' in cause && ['ENOSPC', 'EIO', 'EDQUOT', 'EROFS'].includes(`${cause.code}`);
}

function tooLong({ repository }: HubListing, path: string, bytes: number): LookhearError {
  return new LookhearError('MODEL_INVALID', `${path} of ${repository} is longer than the ${bytes} bytes announced.`, {
    hint: 'Something on the way changes files. Try another connection.',
  });
}

function cut({ repository, hubUrl }: HubListing, { path, bytes }: HubFile, has: number): LookhearError {
  const host = hubUrl.replace(/^https?:\/\//, '');
  return new LookhearError(
    'MODEL_MISSING',
    `The connection to ${host} was cut after ${has} of ${bytes} bytes of ${path} of ${repository}.`,
    { hint: 'The same command goes on from there.' },
  );
}

/** Undefined where the file is the one that was announced. */
async function checksumProblem(path: string, { bytes, checksum }: HubFile): Promise<string | undefined> {
  const size = await sizeOf(path);
  if (size !== bytes) return `${size} bytes, expected ${bytes}`;
  const actual =
    checksum.kind === 'sha256' ? await hashFile('sha256', path) : await hashFile('sha1', path, `blob ${bytes}\0`);
  if (actual === checksum.value) return undefined;
  return `checksum ${actual.slice(0, 12)}..., expected ${checksum.value.slice(0, 12)}...`;
}

/** @param before What git puts in front of a file before it makes its checksum. */
async function hashFile(algorithm: 'sha256' | 'sha1', path: string, before = ''): Promise<string> {
  const hash = createHash(algorithm).update(before);
  for await (const chunk of createReadStream(path)) hash.update(chunk);
  return hash.digest('hex');
}

/** 0 where there is no file. */
async function sizeOf(path: string): Promise<number> {
  return stat(path).then(
    ({ size }) => size,
    () => 0,
  );
}
