/**
 * Where bytes come from: a file on disk or bytes in memory, read at any place and in pieces, so that a large file is
 * never in memory as a whole. Every way in which a file cannot be read gets its own sentence here.
 */
import { type FileHandle, open } from 'node:fs/promises';
import { setImmediate } from 'node:timers/promises';
import { LookhearError } from '../errors.ts';

export interface ByteSource {
  /** How messages call it: the path as it was given, or "The sound". */
  readonly name: string;
  /** Absent for bytes in memory. */
  readonly path?: string;
  /** Bytes. */
  readonly size: number;
  /** Up to `length` bytes from `position` on, fewer only at the end. They stay valid until the next call. */
  read(position: number, length: number): Promise<Uint8Array>;
  close(): Promise<void>;
}

const pieceLength = 256 * 1024;

/** @throws LookhearError INPUT_MISSING, INPUT_UNREADABLE, INPUT_EMPTY. */
export async function openBytes(source: string | Uint8Array, bufferName: string): Promise<ByteSource> {
  const opened = typeof source === 'string' ? await openFile(source) : openMemory(source, bufferName);
  if (opened.size === 0) {
    await opened.close();
    throw new LookhearError('INPUT_EMPTY', `${opened.name} is empty: it has 0 bytes.`);
  }
  return opened;
}

/** All bytes from `start` on, in order. @throws LookhearError ABORTED when the signal fires between two pieces. */
export async function* pieces(source: ByteSource, start = 0, signal?: AbortSignal): AsyncGenerator<Uint8Array> {
  for (let position = start; position < source.size; ) {
    // Bytes in memory come without waiting, and a signal or a timer would never get its turn.
    await setImmediate();
    throwIfAborted(signal, source.name);
    const piece = await source.read(position, pieceLength);
    if (piece.length === 0) return;
    position += piece.length;
    yield piece;
  }
}

export function throwIfAborted(signal: AbortSignal | undefined, name: string): void {
  if (signal?.aborted) throw new LookhearError('ABORTED', `Stopped while reading ${name}.`, { cause: signal.reason });
}

function openMemory(bytes: Uint8Array, name: string): ByteSource {
  return {
    name,
    size: bytes.length,
    read: async (position, length) => bytes.subarray(position, position + length),
    close: async () => {},
  };
}

async function openFile(path: string): Promise<ByteSource> {
  let file: FileHandle | undefined;
  try {
    file = await open(path, 'r');
    const stats = await file.stat();
    if (stats.isDirectory()) throw new LookhearError('INPUT_UNREADABLE', `${path} is a folder, not a file.`);
    if (!stats.isFile()) throw new LookhearError('INPUT_UNREADABLE', `${path} is not a regular file.`);
    return fromFile(path, file, stats.size);
  } catch (error) {
    await file?.close();
    throw error instanceof LookhearError ? error : cannotOpen(path, error);
  }
}

function fromFile(path: string, file: FileHandle, size: number): ByteSource {
  let buffer = new Uint8Array(pieceLength);
  async function read(position: number, length: number): Promise<Uint8Array> {
    if (length > buffer.length) buffer = new Uint8Array(length);
    try {
      const { bytesRead } = await file.read(buffer, 0, length, position);
      return buffer.subarray(0, bytesRead);
    } catch (error) {
      throw new LookhearError('INPUT_UNREADABLE', `${path} cannot be read: ${reason(error)}.`, { cause: error });
    }
  }
  return { name: path, path, size, read, close: () => file.close() };
}

function cannotOpen(path: string, error: unknown): LookhearError {
  const code = reason(error);
  if (code === 'ENOENT' || code === 'ENOTDIR') {
    return new LookhearError('INPUT_MISSING', `${path} does not exist.`, { hint: 'check the path', cause: error });
  }
  if (code === 'EACCES' || code === 'EPERM') {
    return new LookhearError('INPUT_UNREADABLE', `${path} may not be read by this user.`, {
      hint: 'change its permissions',
      cause: error,
    });
  }
  return new LookhearError('INPUT_UNREADABLE', `${path} cannot be opened: ${code}.`, { cause: error });
}

function reason(error: unknown): string {
  if (error instanceof Error) return 'code' in error && typeof error.code === 'string' ? error.code : error.message;
  return String(error);
}
