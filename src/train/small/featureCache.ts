/**
 * Encoder maps and targets of many pictures in one file of records of equal length, so that an epoch of the head
 * reads bytes instead of running encoders. Maps are stored as 8-bit numbers on a scale of each channel's own; the
 * training graph turns them back into floats. A file cut short by a crash simply has fewer records.
 */
import { closeSync, fstatSync, ftruncateSync, openSync, readSync, writeSync } from 'node:fs';
import { gridSide, type Pyramid, pictureSide, strides } from '../../networks/small.ts';
import { type CellTargets, pictureClassCount } from './targets.ts';

/** How a channel's values are stored: value = low + step * byte. */
export interface ChannelScale {
  readonly mean: number;
  readonly deviation: number;
  readonly low: number;
  readonly step: number;
}

export type FeatureScales = Pyramid<readonly ChannelScale[]>;

const cells = gridSide * gridSide;
const allowedBytes = Math.ceil((pictureClassCount * cells) / 8);

export const strideSide: Pyramid<number> = {
  stride8: pictureSide / 8,
  stride16: pictureSide / 16,
  stride32: pictureSide / 32,
};

interface Layout {
  readonly mapBytes: Pyramid<number>;
  readonly recordBytes: number;
}

export function layoutOf(scales: FeatureScales): Layout {
  const bytes = (stride: keyof FeatureScales): number => scales[stride].length * strideSide[stride] ** 2;
  const mapBytes = { stride8: bytes('stride8'), stride16: bytes('stride16'), stride32: bytes('stride32') };
  const maps = mapBytes.stride8 + mapBytes.stride16 + mapBytes.stride32;
  return { mapBytes, recordBytes: maps + allowedBytes + 4 * cells + pictureClassCount };
}

export function encodeRecord(scales: FeatureScales, maps: Pyramid<Float32Array>, targets: CellTargets): Uint8Array {
  const record = new Uint8Array(layoutOf(scales).recordBytes);
  let offset = 0;
  for (const stride of strides) {
    const area = strideSide[stride] ** 2;
    for (const [channel, { low, step }] of scales[stride].entries()) {
      for (let cell = 0; cell < area; cell++) {
        const byte = Math.round((maps[stride][channel * area + cell] - low) / step);
        record[offset++] = Math.max(0, Math.min(255, byte));
      }
    }
  }
  for (const [index, isAllowed] of targets.allowed.entries()) {
    if (isAllowed) record[offset + (index >> 3)] |= 1 << (index & 7);
  }
  record.set(new Uint8Array(targets.weights.buffer), offset + allowedBytes);
  record.set(targets.placeless, offset + allowedBytes + 4 * cells);
  return record;
}

/** Where a batch is read to: maps as bytes, targets as the loss takes them. */
export interface FeatureBatch {
  readonly maps: Pyramid<Uint8Array>;
  /** [N, classes, cells] */
  readonly allowed: Uint8Array;
  /** [N, cells] */
  readonly weights: Float32Array;
  /** [N, classes] */
  readonly placeless: Float32Array;
}

export function emptyBatch(scales: FeatureScales, size: number): FeatureBatch {
  const { mapBytes } = layoutOf(scales);
  return {
    maps: {
      stride8: new Uint8Array(size * mapBytes.stride8),
      stride16: new Uint8Array(size * mapBytes.stride16),
      stride32: new Uint8Array(size * mapBytes.stride32),
    },
    allowed: new Uint8Array(size * pictureClassCount * cells),
    weights: new Float32Array(size * cells),
    placeless: new Float32Array(size * pictureClassCount),
  };
}

export class FeatureFile {
  readonly #descriptor: number;
  readonly #layout: Layout;
  readonly #record: Uint8Array;

  constructor(path: string, scales: FeatureScales, flags: 'r' | 'a+') {
    this.#layout = layoutOf(scales);
    this.#descriptor = openSync(path, flags);
    this.#record = new Uint8Array(this.#layout.recordBytes);
  }

  /** Complete records in the file. */
  get count(): number {
    return Math.floor(fstatSync(this.#descriptor).size / this.#layout.recordBytes);
  }

  /** Drops an incomplete record at the end, which a crash may leave. */
  trim(): void {
    ftruncateSync(this.#descriptor, this.count * this.#layout.recordBytes);
  }

  append(record: Uint8Array): void {
    writeSync(this.#descriptor, record);
  }

  /** Reads a record into a place of a batch, mirrored left to right if asked for. */
  read(index: number, batch: FeatureBatch, place: number, mirrored: boolean): void {
    const record = this.#record;
    readSync(this.#descriptor, record, 0, record.length, index * record.length);
    let offset = 0;
    for (const stride of strides) {
      const size = this.#layout.mapBytes[stride];
      const target = batch.maps[stride].subarray(place * size, (place + 1) * size);
      target.set(record.subarray(offset, offset + size));
      if (mirrored) mirrorRows(target, strideSide[stride]);
      offset += size;
    }
    const allowed = batch.allowed.subarray(place * pictureClassCount * cells, (place + 1) * pictureClassCount * cells);
    for (let bit = 0; bit < allowed.length; bit++) allowed[bit] = (record[offset + (bit >> 3)] >> (bit & 7)) & 1;
    const weights = batch.weights.subarray(place * cells, (place + 1) * cells);
    weights.set(new Float32Array(record.slice(offset + allowedBytes, offset + allowedBytes + 4 * cells).buffer));
    if (mirrored) {
      mirrorRows(allowed, gridSide);
      mirrorRows(weights, gridSide);
    }
    const flags = record.subarray(offset + allowedBytes + 4 * cells, record.length);
    batch.placeless.set(flags, place * pictureClassCount);
  }

  close(): void {
    closeSync(this.#descriptor);
  }
}

function mirrorRows(values: Uint8Array | Float32Array, width: number): void {
  for (let start = 0; start < values.length; start += width) values.subarray(start, start + width).reverse();
}
