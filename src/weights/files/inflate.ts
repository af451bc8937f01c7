/**
 * Inflates DEFLATE data (RFC 1951), bare or in a zlib envelope (RFC 1950). The platform's DecompressionStream answers
 * later, and weights are decoded at the moment they are read; and here the size of the result is known beforehand, so
 * that a bomb ends at the first byte too many. Whatever does not fit ends in a RangeError.
 */

/** DEFLATE makes no more than 258 bytes of two bits. */
const LARGEST_RATIO = 1032;

/** Base and number of extra bits of the length codes 257 to 285, then of the distance codes 0 to 29 (RFC 1951, 3.2.5). */
const lengthBase = [
  3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 17, 19, 23, 27, 31, 35, 43, 51, 59, 67, 83, 99, 115, 131, 163, 195, 227, 258,
];
const lengthExtra = [0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0];
const distanceBase = [
  1, 2, 3, 4, 5, 7, 9, 13, 17, 25, 33, 49, 65, 97, 129, 193, 257, 385, 513, 769, 1025, 1537, 2049, 3073, 4097, 6145,
  8193, 12289, 16385, 24577,
];
const distanceExtra = [
  0, 0, 0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7, 8, 8, 9, 9, 10, 10, 11, 11, 12, 12, 13, 13,
];

/** The order in which the lengths of the code lengths' own codes are stored. */
const codeLengthOrder = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];

const LONGEST_CODE = 15;

/** Fails with a RangeError where `compressed` bytes cannot become `size`: to be asked before memory is taken. */
export function checkInflatedSize(compressed: number, size: number): void {
  if (size > (compressed + 8) * LARGEST_RATIO) {
    throw new RangeError(`${compressed} compressed bytes are said to become ${size}, more than they can`);
  }
}

/** Inflates a zlib stream; its checksum is not compared. */
export function inflateZlib(bytes: Uint8Array, size: number): Uint8Array {
  const isZlib = bytes.length >= 2 && (bytes[0] & 15) === 8 && (bytes[0] * 256 + bytes[1]) % 31 === 0;
  if (!isZlib || bytes[1] & 32) throw new RangeError('compressed values do not begin as zlib data do');
  return inflate(bytes.subarray(2), size);
}

/** @param size Of the result in bytes, exactly. */
export function inflate(bytes: Uint8Array, size: number): Uint8Array {
  checkInflatedSize(bytes.length, size);
  const result = new Uint8Array(size);
  let written = 0;
  let position = 0;
  let bits = 0;
  let held = 0;

  const need = (count: number): void => {
    while (held < count) {
      // More bits are asked for than the last code may have; up to three bytes of zeros are lent.
      if (position > bytes.length + 2) throw early();
      bits |= (position < bytes.length ? bytes[position] : 0) << held;
      position++;
      held += 8;
    }
  };
  const take = (count: number): number => {
    need(count);
    const value = bits & ((1 << count) - 1);
    bits >>>= count;
    held -= count;
    return value;
  };
  const symbol = (table: Uint16Array): number => {
    need(LONGEST_CODE);
    const entry = table[bits & (table.length - 1)];
    const length = entry & 15;
    if (length === 0) throw unknownCode();
    bits >>>= length;
    held -= length;
    return entry >>> 4;
  };

  const copyStored = (): void => {
    take(held & 7);
    const length = take(16);
    if ((take(16) ^ 0xffff) !== length) throw new RangeError('a stored block has a wrong length');
    position -= held >>> 3;
    bits = 0;
    held = 0;
    if (position + length > bytes.length) throw early();
    if (written + length > size) throw tooMuch(size);
    result.set(bytes.subarray(position, position + length), written);
    position += length;
    written += length;
  };

  const readTables = (): [lengths: Uint16Array, distances: Uint16Array] => {
    const lengthCodes = take(5) + 257;
    const distanceCodes = take(5) + 1;
    const ownCodes = take(4) + 4;
    const own = new Uint8Array(19);
    for (let index = 0; index < ownCodes; index++) own[codeLengthOrder[index]] = take(3);
    const ownTable = tableOf(own);
    const lengths = new Uint8Array(lengthCodes + distanceCodes);
    for (let index = 0; index < lengths.length; ) {
      const code = symbol(ownTable);
      if (code < 16) {
        lengths[index++] = code;
        continue;
      }
      if (code === 16 && index === 0) throw new RangeError('compressed values repeat what is not there');
      const repeated = code === 16 ? lengths[index - 1] : 0;
      const times = code === 16 ? 3 + take(2) : code === 17 ? 3 + take(3) : 11 + take(7);
      if (index + times > lengths.length) throw new RangeError('compressed values have too many codes');
      lengths.fill(repeated, index, index + times);
      index += times;
    }
    return [tableOf(lengths.subarray(0, lengthCodes)), tableOf(lengths.subarray(lengthCodes))];
  };

  // Nearly all the time is spent here: the state is held in variables of its own, and codes are looked up in place.
  const copyCoded = (lengths: Uint16Array, distances: Uint16Array): void => {
    const lengthMask = lengths.length - 1;
    const distanceMask = distances.length - 1;
    let [at, buffer, count, to] = [position, bits, held, written];
    for (;;) {
      // A code of up to 15 bits and the bits after it, of which a length has 5 at most.
      while (count < 20) {
        if (at > bytes.length + 2) throw early();
        buffer |= (at < bytes.length ? bytes[at] : 0) << count;
        at++;
        count += 8;
      }
      const entry = lengths[buffer & lengthMask];
      if ((entry & 15) === 0) throw unknownCode();
      buffer >>>= entry & 15;
      count -= entry & 15;
      const code = entry >>> 4;
      if (code < 256) {
        if (to >= size) throw tooMuch(size);
        result[to++] = code;
        continue;
      }
      if (code === 256) break;
      if (code > 285) throw unknownCode();
      const lengthBits = lengthExtra[code - 257];
      const end = to + lengthBase[code - 257] + (buffer & ((1 << lengthBits) - 1));
      buffer >>>= lengthBits;
      count -= lengthBits;
      if (end > size) throw tooMuch(size);
      while (count < 15) {
        if (at > bytes.length + 2) throw early();
        buffer |= (at < bytes.length ? bytes[at] : 0) << count;
        at++;
        count += 8;
      }
      const far = distances[buffer & distanceMask];
      if ((far & 15) === 0 || far >>> 4 > 29) throw unknownCode();
      buffer >>>= far & 15;
      count -= far & 15;
      [position, bits, held] = [at, buffer, count];
      const distance = distanceBase[far >>> 4] + take(distanceExtra[far >>> 4]);
      [at, buffer, count] = [position, bits, held];
      if (distance > to) throw new RangeError('compressed values repeat what is not there');
      // Byte by byte: the copy may overlap what it copies from.
      for (; to < end; to++) result[to] = result[to - distance];
    }
    [position, bits, held, written] = [at, buffer, count, to];
  };

  for (let isLast = false; !isLast; ) {
    isLast = take(1) === 1;
    const kind = take(2);
    if (kind === 0) copyStored();
    else if (kind === 1) copyCoded(fixedLengths, fixedDistances);
    else if (kind === 2) copyCoded(...readTables());
    else throw new RangeError('compressed values have an unknown kind of block');
  }
  if (written !== size) throw new RangeError(`compressed values become ${written} bytes and not ${size}`);
  return result;
}

function early(): RangeError {
  return new RangeError('compressed values end early');
}

function unknownCode(): RangeError {
  return new RangeError('compressed values hold an unknown code');
}

function tooMuch(size: number): RangeError {
  return new RangeError(`compressed values become more than ${size} bytes`);
}

/**
 * For the bits that may come next, as many as the longest code has: the symbol times 16, plus the number of bits of its
 * code (0: no such code).
 */
function tableOf(lengths: Uint8Array): Uint16Array {
  const counts = new Uint16Array(LONGEST_CODE + 1);
  for (const length of lengths) counts[length]++;
  counts[0] = 0;
  const next = new Uint32Array(LONGEST_CODE + 2);
  for (let length = 1; length <= LONGEST_CODE; length++) next[length + 1] = (next[length] + counts[length]) << 1;
  const table = new Uint16Array(
    1 <<
      Math.max(
        1,
        counts.findLastIndex((count) => count > 0),
      ),
  );
  lengths.forEach((length, symbol) => {
    if (length === 0) return;
    const code = next[length]++;
    if (code >= 1 << length) throw new RangeError('compressed values have too many codes');
    let reversed = 0;
    for (let bit = 0; bit < length; bit++) reversed |= ((code >>> bit) & 1) << (length - 1 - bit);
    for (let index = reversed; index < table.length; index += 1 << length) table[index] = (symbol << 4) | length;
  });
  return table;
}

const fixedLengths = tableOf(
  Uint8Array.from({ length: 288 }, (_, code) => (code < 144 ? 8 : code < 256 ? 9 : code < 280 ? 7 : 8)),
);
const fixedDistances = tableOf(new Uint8Array(30).fill(5));
