/**
 * Tells the format of a sound file from its first bytes, never from its name: mislabelled files just work, and a text
 * called .wav is not tried. Only what is in this table is ever handed to ffmpeg, with the container
 * named, because ffmpeg's own guess also opens playlists and scripts.
 */
import { LookhearError } from '../errors.ts';
import type { ByteSource } from './byteSource.ts';
import { createMp3Walker, id3Length } from './mp3Frames.ts';

export type SoundFormat =
  | { readonly kind: 'wav' | 'mp3' | 'vorbis' | 'opus' }
  /** `start` is where the file proper begins, behind a tag. */
  | { readonly kind: 'flac'; readonly start: number }
  /** `container` is ffmpeg's name of it. */
  | { readonly kind: 'ffmpeg'; readonly container: string; readonly what: string };

interface Signature {
  readonly at: number;
  readonly bytes: string;
  readonly format: SoundFormat;
}

const viaFfmpeg = (container: string, what: string): SoundFormat => ({ kind: 'ffmpeg', container, what });
const iso = viaFfmpeg('mov', 'the sound of an mp4, m4a or mov file');

/** In this order; the first that fits counts. */
const signatures: readonly Signature[] = [
  { at: 0, bytes: 'fLaC', format: { kind: 'flac', start: 0 } },
  { at: 28, bytes: '\x01vorbis', format: { kind: 'vorbis' } },
  { at: 28, bytes: 'OpusHead', format: { kind: 'opus' } },
  { at: 0, bytes: 'OggS', format: viaFfmpeg('ogg', 'this kind of Ogg file') },
  { at: 8, bytes: 'AVI ', format: viaFfmpeg('avi', 'the sound of an avi file') },
  { at: 4, bytes: 'ftyp', format: iso },
  { at: 4, bytes: 'moov', format: iso },
  { at: 4, bytes: 'mdat', format: iso },
  { at: 4, bytes: 'wide', format: iso },
  { at: 0, bytes: '\x1a\x45\xdf\xa3', format: viaFfmpeg('matroska', 'the sound of a webm or mkv file') },
  { at: 0, bytes: '\x30\x26\xb2\x75\x8e\x66\xcf\x11', format: viaFfmpeg('asf', 'wma sound') },
  { at: 8, bytes: 'AIFF', format: viaFfmpeg('aiff', 'aiff sound') },
  { at: 8, bytes: 'AIFC', format: viaFfmpeg('aiff', 'aiff sound') },
  { at: 0, bytes: 'caff', format: viaFfmpeg('caf', 'caf sound') },
  { at: 0, bytes: '.snd', format: viaFfmpeg('au', 'au sound') },
  { at: 0, bytes: 'FLV\x01', format: viaFfmpeg('flv', 'the sound of an flv file') },
  { at: 0, bytes: '#!AMR', format: viaFfmpeg('amr', 'amr sound') },
  { at: 0, bytes: 'wvpk', format: viaFfmpeg('wv', 'WavPack sound') },
  { at: 0, bytes: '\x00\x00\x01\xba', format: viaFfmpeg('mpeg', 'the sound of an mpeg file') },
];

const headLength = 64 * 1024;
/** Wav tags that we read: PCM, float, extensible. */
const plainWavTags = [1, 3, 0xfffe];

/** @throws LookhearError INPUT_UNSUPPORTED for bytes that no known sound or video begins with. */
export async function soundFormatOf(source: ByteSource): Promise<SoundFormat> {
  const head = (await source.read(0, headLength)).slice();
  const tag = id3Length(head, 0);
  if (tag > 0) {
    const behind = await source.read(tag, 16);
    if (begins(behind, 0, 'fLaC')) return { kind: 'flac', start: tag };
    return isAdts(behind) ? viaFfmpeg('aac', 'AAC sound') : { kind: 'mp3' };
  }
  if (['RIFF', 'RF64', 'BW64'].some((riff) => begins(head, 0, riff)) && begins(head, 8, 'WAVE')) return wavFormat(head);
  for (const { at, bytes, format } of signatures) if (begins(head, at, bytes)) return format;
  if (isAdts(head)) return viaFfmpeg('aac', 'AAC sound');
  if (head[0] === 0x47 && head[188] === 0x47) return viaFfmpeg('mpegts', 'the sound of an mpeg transport stream');
  if (hasMp3Frames(head, head.length === source.size)) return { kind: 'mp3' };
  throw new LookhearError('INPUT_UNSUPPORTED', `${source.name} is not a sound that lookhear knows${beginning(head)}.`, {
    hint: 'Give wav, flac, mp3, ogg or opus; with ffmpeg also m4a, aac, wma, aiff or a video.',
  });
}

/** Telephone and other codecs inside wav are left to ffmpeg. */
function wavFormat(head: Uint8Array): SoundFormat {
  const tag = begins(head, 12, 'fmt ') ? head[20] | (head[21] << 8) : 1;
  return plainWavTags.includes(tag) ? { kind: 'wav' } : viaFfmpeg('wav', 'this codec inside a wav file');
}

function begins(bytes: Uint8Array, at: number, text: string): boolean {
  for (let i = 0; i < text.length; i++) if (bytes[at + i] !== text.charCodeAt(i)) return false;
  return true;
}

/** AAC frames begin like mp3 frames, with the layer 0. */
function isAdts(bytes: Uint8Array): boolean {
  return bytes[0] === 0xff && (bytes[1] & 0xf6) === 0xf0;
}

function hasMp3Frames(head: Uint8Array, isWhole: boolean): boolean {
  const walker = createMp3Walker();
  const frames = walker.push(head).length;
  return frames >= 2 || (isWhole && frames + walker.finish().frames.length > 0);
}

function beginning(head: Uint8Array): string {
  const text = String.fromCharCode(...head.subarray(0, 12));
  return /^[\x20-\x7e]+$/.test(text.trim()) ? ` (it begins with "${text.trim()}")` : '';
}
