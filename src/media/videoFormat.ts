/**
 * Tells the container of a video from its first bytes, never from its name. Only what is in this table is ever handed to
 * ffmpeg, with the container named: its own guess would also open playlists, concat scripts and pages, which name other
 * files and addresses.
 */
import { open, stat } from 'node:fs/promises';
import { LookhearError } from '../errors.ts';
import { readBytes } from './readBytes.ts';

interface Signature {
  readonly at: number;
  readonly bytes: string;
  /** ffmpeg's name of the container. */
  readonly container: string;
}

/** In this order; the first that fits counts. */
const signatures: readonly Signature[] = [
  { at: 4, bytes: 'ftyp', container: 'mov' },
  { at: 4, bytes: 'moov', container: 'mov' },
  { at: 4, bytes: 'mdat', container: 'mov' },
  { at: 4, bytes: 'wide', container: 'mov' },
  { at: 4, bytes: 'free', container: 'mov' },
  { at: 4, bytes: 'skip', container: 'mov' },
  { at: 0, bytes: '\x1a\x45\xdf\xa3', container: 'matroska' },
  { at: 8, bytes: 'AVI ', container: 'avi' },
  { at: 0, bytes: '\x30\x26\xb2\x75\x8e\x66\xcf\x11', container: 'asf' },
  { at: 0, bytes: 'FLV\x01', container: 'flv' },
  { at: 0, bytes: '\x00\x00\x01\xba', container: 'mpeg' },
  { at: 0, bytes: 'OggS', container: 'ogg' },
];

const headLength = 1024;
/** Lengths of a packet of an MPEG transport stream, plain and with the time codes of camcorders, and where they begin. */
const transportPackets = [
  [188, 0],
  [192, 4],
] as const;

/** ffmpeg's name of the container of some first bytes; undefined where no known video begins like that. */
export function videoContainer(head: Uint8Array): string | undefined {
  const begins = ({ at, bytes }: Signature): boolean =>
    [...bytes].every((character, index) => head[at + index] === character.charCodeAt(0));
  const known = signatures.find(begins);
  if (known !== undefined) return known.container;
  const isTransport = transportPackets.some(([length, at]) => head[at] === 0x47 && head[at + length] === 0x47);
  return isTransport ? 'mpegts' : undefined;
}

/**
 * The container of a file. ffmpeg opens it several times, so it has to be a file, not a pipe.
 * @throws LookhearError INPUT_MISSING, INPUT_UNREADABLE, INPUT_EMPTY, or INPUT_UNSUPPORTED for what no known video begins
 * with
 */
export async function videoContainerOf(path: string): Promise<string> {
  const container = videoContainer(await headOf(path));
  if (container !== undefined) return container;
  throw new LookhearError('INPUT_UNSUPPORTED', `${path} is not a video that lookhear knows.`, {
    hint: 'Give an mp4, mov, mkv, webm, avi, wmv, flv, mpeg, ts or ogv file.',
  });
}

async function headOf(path: string): Promise<Uint8Array> {
  const status = await stat(path).catch(() => undefined);
  if (status !== undefined && !status.isFile() && !status.isDirectory()) {
    throw new LookhearError('INPUT_UNREADABLE', `Cannot read ${path}: a video has to be a file, not a pipe.`, {
      hint: 'Save it first.',
    });
  }
  const file = status?.isFile() && status.size > 0 ? await open(path).catch(() => undefined) : undefined;
  // `readBytes` knows the sentence for what is wrong.
  if (file === undefined) return readBytes(path, { limit: headLength });
  try {
    const head = new Uint8Array(headLength);
    const { bytesRead } = await file.read(head, 0, headLength, 0);
    return head.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}
