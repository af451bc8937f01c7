import { readFileSync } from 'node:fs';
import { deflateSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { readHdf5 } from './hdf5.ts';

function fixture(name: string): { bytes: Uint8Array; view: DataView } {
  const bytes = new Uint8Array(readFileSync(new URL(`./fixtures/${name}`, import.meta.url)));
  return { bytes, view: new DataView(bytes.buffer) };
}

/** Addresses of every structure with a signature. */
function find(bytes: Uint8Array, signature: string): number[] {
  const found: number[] = [];
  const file = Buffer.from(bytes.buffer);
  for (let at = file.indexOf(signature); at >= 0; at = file.indexOf(signature, at + 1)) found.push(at);
  return found;
}

function readAll(bytes: Uint8Array): void {
  for (const weights of readHdf5(bytes).values()) weights.read();
}

/** Without an end it would take years; a busy machine takes seconds. */
function within(milliseconds: number, run: () => void): void {
  const start = performance.now();
  run();
  expect(performance.now() - start).toBeLessThan(milliseconds);
}

const ROOT_HEADER = 64;

describe('a hostile HDF5 file', () => {
  it('whose group holds itself ends', () => {
    const { bytes, view } = fixture('keras_weights.h5');
    const root = view.getBigUint64(ROOT_HEADER, true);
    // Every link of every group leads to the root.
    for (const node of find(bytes, 'SNOD')) {
      for (let index = 0; index < view.getUint16(node + 6, true); index++) {
        view.setBigUint64(node + 8 + 40 * index + 8, root, true);
      }
    }
    within(20_000, () => expect(() => readAll(bytes)).toThrow(/its groups have no end/));
  });

  it('whose tree leads back to itself, or to one node again and again, ends', () => {
    const { bytes, view } = fixture('many.h5');
    const tree = find(bytes, 'TREE')[0];
    view.setUint8(tree + 5, 1);
    view.setBigUint64(tree + 32, BigInt(tree), true);
    within(20_000, () => expect(() => readAll(bytes)).toThrow(/a group in it is damaged/));

    // Eight levels of nodes, in each of which a hundred entries lead to the same node of the next.
    const levels = 8;
    const nodeBytes = 24 + 16 * 101;
    const start = bytes.length;
    const large = new Uint8Array(start + levels * nodeBytes);
    large.set(bytes);
    const wide = new DataView(large.buffer);
    for (let level = 0; level < levels; level++) {
      const node = start + level * nodeBytes;
      large.set(Buffer.from('TREE'), node);
      wide.setUint8(node + 5, level);
      wide.setUint16(node + 6, 100, true);
      const child = level === 0 ? find(bytes, 'SNOD')[0] : node - nodeBytes;
      for (let index = 0; index < 100; index++) wide.setBigUint64(node + 32 + 16 * index, BigInt(child), true);
    }
    const message = find(large, 'TREE')[0];
    for (let at = 0; at + 8 <= start; at += 8) {
      if (wide.getBigUint64(at, true) === BigInt(message)) {
        wide.setBigUint64(at, BigInt(start + (levels - 1) * nodeBytes), true);
      }
    }
    within(20_000, () => expect(() => readAll(large)).toThrow(/its groups have no end/));
  });

  it('whose header continues in itself ends', () => {
    const { bytes, view } = fixture('keras_weights.h5');
    const root = Number(view.getBigUint64(ROOT_HEADER, true));
    view.setUint16(root + 16, 0x10, true);
    view.setBigUint64(root + 24, BigInt(root + 16), true);
    view.setBigUint64(root + 32, 24n, true);
    within(20_000, () => expect(() => readAll(bytes)).toThrow(/its groups have no end/));
  });

  it.each([2, 2 ** 20, 2 ** 32 - 1])('whose shape lies, with an axis of %i, ends before memory is taken', (length) => {
    const { bytes, view } = fixture('types.h5');
    // The data space of [7, 5, 3]: version 1, rank 3, then the sizes.
    let changes = 0;
    for (let at = 0; at + 32 <= bytes.length; at += 8) {
      const sizes = [8, 16, 24].map((offset) => view.getBigUint64(at + offset, true));
      if (bytes[at] === 1 && bytes[at + 1] === 3 && sizes.join() === '7,5,3') {
        view.setBigUint64(at + 16, BigInt(length), true);
        changes++;
      }
    }
    expect(changes).toBe(2);
    within(20_000, () => expect(() => readAll(bytes)).toThrow(RangeError));
  });

  it('whose chunk is a bomb ends at the first byte too many', () => {
    const { bytes, view } = fixture('types.h5');
    const chunks = find(bytes, 'TREE').filter((tree) => view.getUint8(tree + 4) === 1);
    const bomb = deflateSync(Buffer.alloc(50_000_000), { level: 9 });
    const large = new Uint8Array(bytes.length + bomb.length);
    large.set(bytes);
    large.set(bomb, bytes.length);
    const changed = new DataView(large.buffer);
    for (const tree of chunks) {
      changed.setUint32(tree + 24, bomb.length, true);
      changed.setBigUint64(tree + 24 + 8 + 8 * 4, BigInt(bytes.length), true);
    }
    within(20_000, () => expect(() => readAll(large)).toThrow(/become more than 48 bytes|has a wrong size/));
  });
});
