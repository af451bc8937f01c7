/**
 * What every reader of this folder hands out: arrays by name, whose values are decoded when they are asked for. The
 * files are not trusted. A reader throws a RangeError where a file is damaged or lies, and an Unreadable where it is
 * whole but holds something else than weights; weightFile.ts makes a sentence with the file's name of either.
 */

export interface StoredWeights {
  /** Empty for a single number. */
  readonly shape: readonly number[];
  /** A new array of float32, converted from whatever is stored; row-major, the last axis fastest. */
  read(): Float32Array;
}

/** The file is whole, and lookhear does not read what is in it. */
export class Unreadable extends Error {
  /** What to do about it, one sentence. */
  readonly hint: string | undefined;

  constructor(problem: string, hint?: string) {
    super(problem);
    this.hint = hint;
  }
}

/** More axes than any real tensor has. */
export const MAXIMUM_RANK = 32;

/** More arrays than any real network has. */
export const MAXIMUM_TENSORS = 100_000;

/** A length in bytes of a name that no real one reaches. */
export const LONGEST_NAME = 1024;

/** The number of values of a shape, after checking that it can be one. */
export function countOf(shape: readonly unknown[], name: string): number {
  let count = 1;
  for (const size of shape) {
    if (typeof size !== 'number' || !Number.isSafeInteger(size) || size < 0) count = Number.NaN;
    else count *= size;
  }
  if (shape.length > MAXIMUM_RANK || !Number.isSafeInteger(count)) {
    throw new RangeError(`"${name}" has an impossible shape`);
  }
  return count;
}

/**
 * Fails with a RangeError where a file claims to become so much more than itself that it must be a bomb: real weights
 * hardly compress, and a few arrays of zeros weigh little.
 */
export function checkClaim(claimedBytes: number, fileBytes: number): void {
  if (claimedBytes > 100 * fileBytes + 16 * 2 ** 20) {
    throw new RangeError(`it is ${fileBytes} bytes long and claims to hold ${claimedBytes}`);
  }
}
