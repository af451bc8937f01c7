/**
 * The skeleton of an HDF5 file (HDF5 File Format Specification 3.0): superblock, object headers with their messages,
 * and the links of a group in its older form (B-tree and local heap) or its newer compact one. Addresses may point
 * anywhere, also back to where they came from: every one is checked, and every structure that is visited counts.
 */
import { LONGEST_NAME, Unreadable } from './storedWeights.ts';

export interface Message {
  readonly type: number;
  /** Its content lies elsewhere in the file, shared with other objects. */
  readonly isShared: boolean;
  /** Address of the content. */
  readonly start: number;
  readonly length: number;
}

export interface Link {
  readonly name: string;
  /** Address of the object's header. */
  readonly address: number;
}

/** Types of messages (section IV.A.2). */
export const messageTypes = {
  dataspace: 0x01,
  linkInfo: 0x02,
  datatype: 0x03,
  link: 0x06,
  layout: 0x08,
  filters: 0x0b,
  continuation: 0x10,
  symbolTable: 0x11,
} as const;

/** Structures visited before a file is said to have no end; networks of a thousand layers stay below a fifth. */
const MAXIMUM_VISITS = 500_000;

const signature = [0x89, 0x48, 0x44, 0x46, 0x0d, 0x0a, 0x1a, 0x0a] as const;

export function isHdf5(bytes: Uint8Array): boolean {
  return signature.every((byte, index) => bytes[index] === byte);
}

/** What h5py's hint says for forms that only files written with libver='latest' have. */
export function newerForm(what: string): Unreadable {
  return new Unreadable(`it stores ${what} in a newer form of HDF5`, "Write it again with h5py's default libver.");
}

/** The bytes of a file, with every address checked before it is used. Numbers are little-endian. */
export class Hdf5Bytes {
  readonly length: number;
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  #visits = 0;

  constructor(bytes: Uint8Array) {
    this.length = bytes.length;
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  }

  /** To be called for every structure, so that circles end. */
  visit(): void {
    if (++this.#visits > MAXIMUM_VISITS) throw new RangeError('its groups have no end');
  }

  block(address: number, length: number): Uint8Array {
    this.#check(address, length);
    return this.#bytes.subarray(address, address + length);
  }

  uint8(address: number): number {
    this.#check(address, 1);
    return this.#view.getUint8(address);
  }

  uint16(address: number): number {
    this.#check(address, 2);
    return this.#view.getUint16(address, true);
  }

  uint32(address: number): number {
    this.#check(address, 4);
    return this.#view.getUint32(address, true);
  }

  /** A length or an address. "Undefined", all bits set, becomes 2^64, which lies outside every file. */
  uint64(address: number): number {
    this.#check(address, 8);
    return this.#view.getUint32(address + 4, true) * 2 ** 32 + this.#view.getUint32(address, true);
  }

  isText(address: number, text: string): boolean {
    const bytes = this.block(address, text.length);
    return bytes.every((byte, index) => byte === text.charCodeAt(index));
  }

  #check(address: number, length: number): void {
    if (!(address >= 0 && length >= 0 && address + length <= this.length)) {
      throw new RangeError('an address in it lies outside the file');
    }
  }
}

const utf8 = new TextDecoder();

/** Address of the root group's header. */
export function rootAddress(file: Hdf5Bytes): number {
  const version = file.uint8(8);
  if (version > 3) throw newerForm('everything');
  const sizes = version < 2 ? 13 : 9;
  if (file.uint8(sizes) !== 8 || file.uint8(sizes + 1) !== 8) throw new Unreadable('it has addresses of unusual size');
  const base = version < 2 ? 24 + 4 * version : 12;
  if (file.uint64(base) !== 0) throw new Unreadable('it begins with a block of its user');
  return version < 2 ? file.uint64(base + 40) : file.uint64(36);
}

export function readMessages(file: Hdf5Bytes, address: number): Message[] {
  file.visit();
  const messages: Message[] = [];
  // Blocks that are still to be read; continuations add to them.
  const blocks: { start: number; end: number }[] = [];
  let prefix: 8 | 4 | 6 = 8;
  if (file.uint8(address) === 1) {
    blocks.push({ start: address + 16, end: address + 16 + file.uint32(address + 8) });
  } else if (file.isText(address, 'OHDR')) {
    const flags = file.uint8(address + 5);
    prefix = flags & 4 ? 6 : 4;
    const sizeAt = address + 6 + (flags & 32 ? 16 : 0) + (flags & 16 ? 4 : 0);
    const sizeBytes = 1 << (flags & 3);
    const start = sizeAt + sizeBytes;
    blocks.push({ start, end: start + unsigned(file, sizeAt, sizeBytes) });
  } else throw new RangeError('an object in it has no header');
  for (const { start, end } of blocks) {
    for (let position = start; position + prefix <= end; ) {
      file.visit();
      const isOld = prefix === 8;
      const type = isOld ? file.uint16(position) : file.uint8(position);
      const length = file.uint16(position + (isOld ? 2 : 1));
      const flags = file.uint8(position + (isOld ? 4 : 3));
      position += prefix;
      if (position + length > end) break;
      if (type === messageTypes.continuation) {
        const next = file.uint64(position);
        // Newer blocks stand between a signature and a checksum.
        const margin = isOld ? 0 : 4;
        blocks.push({ start: next + margin, end: next + file.uint64(position + 8) - margin });
      } else messages.push({ type, isShared: (flags & 2) !== 0, start: position, length });
      position += length;
    }
  }
  return messages;
}

/** A number of 1, 2, 4 or 8 bytes. */
function unsigned(file: Hdf5Bytes, address: number, size: number): number {
  if (size === 1) return file.uint8(address);
  if (size === 2) return file.uint16(address);
  return size === 4 ? file.uint32(address) : file.uint64(address);
}

/** The hard links of a group; undefined where the object is none. Links by name are not followed. */
export function linksOf(file: Hdf5Bytes, messages: readonly Message[]): Link[] | undefined {
  const table = messages.find(({ type }) => type === messageTypes.symbolTable);
  if (table !== undefined) {
    const links: Link[] = [];
    collectSymbols(file, file.uint64(table.start), undefined, heapOf(file, file.uint64(table.start + 8)), links);
    return links;
  }
  const info = messages.find(({ type }) => type === messageTypes.linkInfo);
  if (info === undefined) return undefined;
  const heap = file.uint64(info.start + 2 + (file.uint8(info.start + 1) & 1 ? 8 : 0));
  if (heap < file.length) throw newerForm('a group of many members');
  return messages.filter(({ type }) => type === messageTypes.link).flatMap((message) => hardLinkOf(file, message));
}

interface Heap {
  readonly start: number;
  readonly length: number;
}

function heapOf(file: Hdf5Bytes, address: number): Heap {
  if (!file.isText(address, 'HEAP')) throw new RangeError('the names of a group in it are missing');
  return { start: file.uint64(address + 24), length: file.uint64(address + 8) };
}

/** Walks a B-tree of version 1 over symbol nodes. @param level Expected of the node; undefined at the root. */
function collectSymbols(file: Hdf5Bytes, address: number, level: number | undefined, heap: Heap, links: Link[]): void {
  file.visit();
  if (!file.isText(address, 'TREE') || file.uint8(address + 4) !== 0) throw new RangeError('a group in it is damaged');
  const own = file.uint8(address + 5);
  // Levels count down, so that a circle ends.
  if (level !== undefined && own !== level) throw new RangeError('a group in it is damaged');
  const count = file.uint16(address + 6);
  for (let index = 0; index < count; index++) {
    const child = file.uint64(address + 32 + 16 * index);
    if (own > 0) collectSymbols(file, child, own - 1, heap, links);
    else readSymbols(file, child, heap, links);
  }
}

function readSymbols(file: Hdf5Bytes, address: number, heap: Heap, links: Link[]): void {
  if (!file.isText(address, 'SNOD')) throw new RangeError('a group in it is damaged');
  const count = file.uint16(address + 6);
  for (let index = 0; index < count; index++) {
    file.visit();
    const entry = address + 8 + 40 * index;
    const isByName = file.uint32(entry + 16) === 2;
    if (!isByName) links.push({ name: nameIn(file, heap, file.uint64(entry)), address: file.uint64(entry + 8) });
  }
}

function nameIn(file: Hdf5Bytes, heap: Heap, offset: number): string {
  if (offset >= heap.length) throw new RangeError('the names of a group in it are damaged');
  const bytes = file.block(heap.start + offset, Math.min(heap.length - offset, LONGEST_NAME + 1));
  const end = bytes.indexOf(0);
  if (end < 0) throw new RangeError('it holds a name that is too long');
  return utf8.decode(bytes.subarray(0, end));
}

/** A link message of the newer form; nothing where the link is by name. */
function hardLinkOf(file: Hdf5Bytes, { start }: Message): Link[] {
  const flags = file.uint8(start + 1);
  let position = start + 2;
  if (flags & 8 && file.uint8(position++) !== 0) return [];
  if (flags & 4) position += 8;
  if (flags & 16) position += 1;
  const sizeBytes = 1 << (flags & 3);
  const nameBytes = unsigned(file, position, sizeBytes);
  position += sizeBytes;
  if (nameBytes > LONGEST_NAME) throw new RangeError('it holds a name that is too long');
  const name = utf8.decode(file.block(position, nameBytes));
  return [{ name, address: file.uint64(position + nameBytes) }];
}
