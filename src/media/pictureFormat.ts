/**
 * Which kind of picture a file is, by its first bytes; its name is never looked at. Only the formats in the first list
 * ever reach the decoder. For formats we know but cannot read, the answer is what to do about it.
 */
import { LookhearError } from '../errors.ts';

export type PictureFormat = 'jpeg' | 'png' | 'webp' | 'gif' | 'tiff' | 'avif';

const readable: readonly { readonly format: PictureFormat; readonly matches: (head: string) => boolean }[] = [
  { format: 'jpeg', matches: (head) => head.startsWith('\xff\xd8\xff') },
  { format: 'png', matches: (head) => head.startsWith('\x89PNG\r\n\x1a\n') },
  { format: 'webp', matches: (head) => head.startsWith('RIFF') && head.slice(8, 12) === 'WEBP' },
  { format: 'gif', matches: (head) => /^GIF8[79]a/.test(head) },
  // Both byte orders, classic (42) and big (43).
  { format: 'tiff', matches: (head) => /^(II[*+]\0|MM\0[*+])/.test(head) },
  { format: 'avif', matches: (head) => brandsOf(head).some((brand) => brand === 'avif' || brand === 'avis') },
];

const asPngOrJpeg = 'Convert it to PNG or JPEG first.';

const unreadable: readonly {
  readonly is: string;
  readonly matches: (head: string) => boolean;
  readonly hint: string;
}[] = [
  {
    is: 'a HEIC picture, which is not supported',
    matches: (head) => brandsOf(head).some((brand) => /^(hei[cxms]|hev[cxms]|mif1|msf1)$/.test(brand)),
    hint: 'Convert it to JPEG first, for instance with "heif-convert in.heic out.jpg"; phones can also save JPEG ("Most Compatible").',
  },
  {
    is: 'an SVG drawing, which is not supported',
    matches: (head) => /^\s*</.test(withoutByteOrderMark(head)) && /<svg[\s>]/i.test(head),
    hint: 'Convert it to PNG first, for instance with "rsvg-convert in.svg -o out.png".',
  },
  {
    is: 'a PDF document, not a picture',
    matches: (head) => head.startsWith('%PDF-'),
    hint: 'Save the page as PNG first.',
  },
  { is: 'a BMP picture, which is not supported', matches: (head) => /^BM....\0\0\0\0/s.test(head), hint: asPngOrJpeg },
  { is: 'a Photoshop picture, which is not supported', matches: (head) => head.startsWith('8BPS'), hint: asPngOrJpeg },
  {
    is: 'a JPEG XL picture, which is not supported',
    matches: (head) => head.startsWith('\xff\x0a') || head.slice(4, 8) === 'JXL ',
    hint: asPngOrJpeg,
  },
  {
    is: 'a JPEG 2000 picture, which is not supported',
    matches: (head) => head.startsWith('\xff\x4f\xff\x51') || head.slice(4, 8) === 'jP  ',
    hint: asPngOrJpeg,
  },
  {
    is: 'a video or a sound, not a picture',
    matches: (head) =>
      /^(OggS|fLaC|ID3|RIFF....(WAVE|AVI ))/s.test(head) ||
      head.startsWith('\x1aE\xdf\xa3') ||
      brandsOf(head).length > 0,
    hint: 'Give the picture first, then the sound.',
  },
  {
    is: 'text, not a picture',
    // biome-ignore lint/suspicious/noControlCharactersInRegex: text is what has no control characters but white space
    matches: (head) => !/[\x00-\x08\x0e-\x1f\x7f]/.test(head),
    hint: 'A page or an error message may have been saved in place of the picture.',
  },
];

/**
 * @param name how to call the picture in an error
 * @throws LookhearError INPUT_UNSUPPORTED, saying what the bytes are instead and what to do
 */
export function pictureFormat(bytes: Uint8Array, name: string): PictureFormat {
  const head = Buffer.from(bytes.subarray(0, 512)).toString('latin1');
  const known = readable.find(({ matches }) => matches(head));
  if (known !== undefined) return known.format;
  const other = unreadable.find(({ matches }) => matches(head));
  throw new LookhearError(
    'INPUT_UNSUPPORTED',
    `Cannot read ${name}: it is ${other?.is ?? 'not in a picture format that lookhear knows'}.`,
    { hint: other?.hint ?? 'Give a JPEG, PNG, WebP, AVIF, TIFF or GIF.' },
  );
}

// The brands of an ISO base media file (ISO/IEC 14496-12): the main one, then those it is compatible with.
function brandsOf(head: string): string[] {
  if (head.slice(4, 8) !== 'ftyp') return [];
  const length = Math.min(head.length, Buffer.from(head.slice(0, 4), 'latin1').readUInt32BE());
  const brands = [head.slice(8, 12)];
  for (let at = 16; at + 4 <= length; at += 4) brands.push(head.slice(at, at + 4));
  return brands;
}

function withoutByteOrderMark(head: string): string {
  return head.replace(/^\xef\xbb\xbf/, '');
}
