/**
 * Where the bytes of a sound come from: a file on disk or bytes in memory, read at any place and in pieces, so that a
 * large file is never in memory as a whole.
 */
import { type FileHandle, open, stat } from 'node:fs/promises';
import { setImmediate } from 'node:timers/promises';
import { LookhearError } from '../errors.ts';
import { readBytes, throwIfAborted } from './readBytes.ts';

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
/** What comes through a pipe has to be in memory as a whole, because formats are read twice. */
const largestPipe = 2 ** 30;

/** @throws LookhearError INPUT_MISSING, INPUT_UNREADABLE, INPUT_EMPTY, INPUT_TOO_LARGE or ABORTED. */
export async function openBytes(
  source: string | Uint8Array,
  bufferName: string,
  signal?: AbortSignal,
): Promise<ByteSource> {
  if (typeof source !== 'string') {
    if (source.length === 0) throw new LookhearError('INPUT_EMPTY', `${bufferName} is empty: it has 0 bytes.`);
    return fromMemory(bufferName, source);
  }
  const status = await stat(source).catch(() => undefined);
  if (status?.isFile() && status.size > 0) {
    const file = await open(source).catch(() => undefined);
    if (file !== undefined) return fromFile(source, file, status.size);
  }
  // Either a pipe, or `readBytes` knows the sentence for what is wrong with it.
  return fromMemory(source, await readBytes(source, { limit: largestPipe, signal }));
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

function fromMemory(name: string, bytes: Uint8Array): ByteSource {
  return {
    name,
    size: bytes.length,
    read: async (position, length) => bytes.subarray(position, position + length),
    close: async () => {},
  };
}

function fromFile(path: string, file: FileHandle, size: number): ByteSource {
  let buffer = new Uint8Array(pieceLength);
  async function read(position: number, length: number): Promise<Uint8Array> {
    if (length > buffer.length) buffer = new Uint8Array(length);
    try {
      const { bytesRead } = await file.read(buffer, 0, length, position);
      return buffer.subarray(0, bytesRead);
    } catch (cause) {
      throw new LookhearError('INPUT_UNREADABLE', `Cannot read ${path}: the disk failed.`, { cause });
    }
  }
  return { name: path, path, size, read, close: () => file.close() };
}
