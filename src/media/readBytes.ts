/**
 * The bytes of a file, with the ways in which that fails told apart: no such file, a folder, no permission, empty, too
 * large to be meant. Pipes work too (`<(curl ...)`, /dev/stdin); what they bring is counted while it arrives.
 */
import { type FileHandle, open } from 'node:fs/promises';
import { LookhearError } from '../errors.ts';

export interface ReadBytesOptions {
  /** The most bytes that are read; more is an error, if possible before anything is read. */
  readonly limit: number;
  readonly signal?: AbortSignal | undefined;
}

/**
 * All bytes of a file or pipe, at least one.
 * @throws LookhearError INPUT_MISSING, INPUT_UNREADABLE, INPUT_EMPTY, INPUT_TOO_LARGE or ABORTED
 */
export async function readBytes(path: string, options: ReadBytesOptions): Promise<Uint8Array<ArrayBuffer>> {
  throwIfAborted(options.signal, path);
  let file: FileHandle | undefined;
  try {
    file = await open(path);
    return await readAll(file, path, options);
  } catch (cause) {
    throw cause instanceof LookhearError ? cause : unreadable(path, cause);
  } finally {
    await file?.close();
  }
}

async function readAll(file: FileHandle, path: string, options: ReadBytesOptions): Promise<Uint8Array<ArrayBuffer>> {
  const status = await file.stat();
  if (status.isDirectory()) {
    throw new LookhearError('INPUT_UNREADABLE', `Cannot read ${path}: it is a folder.`, {
      hint: 'Name one file in it.',
    });
  }
  if (status.size > options.limit) throw tooManyBytes(path, options.limit);
  if (status.isFile() && status.size > 0 && status.size <= smallFile) return await readSmall(file, path, status.size);
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of file.createReadStream({ autoClose: false, highWaterMark: 2 ** 20 })) {
    throwIfAborted(options.signal, path);
    length += chunk.length;
    if (length > options.limit) throw tooManyBytes(path, options.limit);
    chunks.push(chunk);
  }
  if (length === 0) throw empty(path);
  const bytes = new Uint8Array(length);
  let at = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, at);
    at += chunk.length;
  }
  return bytes;
}

/** A stream takes four times as long to set up as a small file takes to read. */
const smallFile = 2 ** 22;

/** What is there of so many bytes: the file may have been cut since it was measured. */
async function readSmall(file: FileHandle, path: string, size: number): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = new Uint8Array(size);
  let length = 0;
  while (length < size) {
    const { bytesRead } = await file.read(bytes, length, size - length, length);
    if (bytesRead === 0) break;
    length += bytesRead;
  }
  if (length === 0) throw empty(path);
  return bytes.subarray(0, length);
}

/** @throws LookhearError ABORTED once the caller's signal has fired */
export function throwIfAborted(signal: AbortSignal | undefined, name: string): void {
  if (signal?.aborted) throw new LookhearError('ABORTED', `Reading ${name} was stopped.`, { cause: signal.reason });
}

function empty(path: string): LookhearError {
  return new LookhearError('INPUT_EMPTY', `Cannot read ${path}: it is empty.`);
}

function tooManyBytes(path: string, limit: number): LookhearError {
  const megabytes = Math.floor(limit / 2 ** 20);
  return new LookhearError('INPUT_TOO_LARGE', `Cannot read ${path}: it has more than ${megabytes} MB.`);
}

function unreadable(path: string, cause: unknown): LookhearError {
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
  if (code === 'ENOENT' || code === 'ENOTDIR') {
    return new LookhearError('INPUT_MISSING', `Cannot read ${path}: there is no such file.`, {
      hint: 'Check the name and the folder you are in.',
      cause,
    });
  }
  const reasons: Record<string, string> = {
    EACCES: 'you have no permission',
    EPERM: 'you have no permission',
    ELOOP: 'its links lead in a circle',
    ENAMETOOLONG: 'the name is too long',
    ERR_INVALID_ARG_VALUE: 'the name holds a zero byte',
  };
  return new LookhearError(
    'INPUT_UNREADABLE',
    `Cannot read ${path}: ${reasons[code] ?? `the system says ${code || cause}`}.`,
    {
      cause,
    },
  );
}
