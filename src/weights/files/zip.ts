/**
 * Reads zip archives (PKWARE's APPNOTE 6.3): entries that are stored or deflated, found through the central directory.
 * Every place and length is checked against the file, and an entry never inflates to more than its stated size.
 */
import { checkInflatedSize, inflate } from './inflate.ts';
import { checkClaim, MAXIMUM_TENSORS, Unreadable } from './storedWeights.ts';

export interface ZipEntry {
  /** In bytes, after inflating. */
  readonly size: number;
  /** A view of the archive where the entry is stored, a new array where it is deflated. */
  read(): Uint8Array;
}

const END_BYTES = 22;
const LONGEST_COMMENT = 65_535;
const DIRECTORY_ENTRY_BYTES = 46;
const LOCAL_HEADER_BYTES = 30;

/** Stands where a number needs the 64 bits of Zip64; a Uint8Array is shorter than that. */
const IN_ZIP64 = 0xffffffff;

export function readZip(bytes: Uint8Array): ReadonlyMap<string, ZipEntry> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const end = findEnd(view);
  const count = view.getUint16(end + 10, true);
  let position = view.getUint32(end + 16, true);
  if (count >= MAXIMUM_TENSORS) throw new RangeError(`it lists ${count} entries`);
  const entries = new Map<string, ZipEntry>();
  let compressedTotal = 0;
  let total = 0;
  for (let index = 0; index < count; index++) {
    if (position + DIRECTORY_ENTRY_BYTES > end || view.getUint32(position, true) !== 0x02014b50) {
      throw new RangeError('its list of entries is damaged');
    }
    const flags = view.getUint16(position + 8, true);
    const method = view.getUint16(position + 10, true);
    const compressed = view.getUint32(position + 20, true);
    const size = view.getUint32(position + 24, true);
    const nameBytes = view.getUint16(position + 28, true);
    const local = view.getUint32(position + 42, true);
    const name = text.decode(bytes.subarray(position + 46, position + 46 + nameBytes));
    position += DIRECTORY_ENTRY_BYTES + nameBytes;
    position += view.getUint16(position - nameBytes - 16, true) + view.getUint16(position - nameBytes - 14, true);
    if (entries.has(name)) throw new RangeError(`it lists "${name}" twice`);
    if (flags & 1) throw new Unreadable(`its entry "${name}" is encrypted`);
    if (method !== 0 && method !== 8) throw new Unreadable(`its entry "${name}" is compressed by method ${method}`);
    if ([compressed, size, local].includes(IN_ZIP64)) throw new Unreadable(`its entry "${name}" is larger than 4 GB`);
    // Entries that overlap are how a small archive becomes a large bomb.
    compressedTotal += compressed;
    if (compressedTotal > bytes.length) throw new RangeError('its entries are larger than the file');
    total += size;
    checkClaim(total, bytes.length);
    if (method === 8) checkInflatedSize(compressed, size);
    else if (compressed !== size) throw new RangeError(`"${name}" has two sizes, ${compressed} and ${size}`);
    const read = (): Uint8Array => {
      const content = contentOf(bytes, view, name, local, compressed);
      return method === 8 ? inflate(content, size) : content;
    };
    entries.set(name, { size, read });
  }
  return entries;
}

const text = new TextDecoder();

/** The end of the central directory stands last, before a comment of unknown length. */
function findEnd(view: DataView): number {
  const earliest = Math.max(0, view.byteLength - END_BYTES - LONGEST_COMMENT);
  for (let position = view.byteLength - END_BYTES; position >= earliest; position--) {
    if (view.getUint32(position, true) === 0x06054b50) return position;
  }
  throw new RangeError('it is a zip archive whose end is missing');
}

function contentOf(bytes: Uint8Array, view: DataView, name: string, local: number, compressed: number): Uint8Array {
  if (local + LOCAL_HEADER_BYTES > bytes.length || view.getUint32(local, true) !== 0x04034b50) {
    throw new RangeError(`"${name}" is not where the list of entries says`);
  }
  const start = local + LOCAL_HEADER_BYTES + view.getUint16(local + 26, true) + view.getUint16(local + 28, true);
  if (start + compressed > bytes.length) throw new RangeError(`"${name}" reaches beyond the end`);
  return bytes.subarray(start, start + compressed);
}
