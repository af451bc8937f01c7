/**
 * Reads protocol buffers, the few wire types that ONNX files need (https://protobuf.dev/programming-guides/encoding).
 * The bytes are not trusted: every length is checked against what is left before it is used, nothing is copied, and
 * whatever does not fit ends in a RangeError.
 */

export interface Field {
  readonly number: number;
  /** An integer, or the bytes of a text, a message, a packed list or a number of fixed size. */
  readonly value: bigint | Uint8Array;
}

const text = new TextDecoder();

/** The fields of one message in their order. Nested messages are read by calling this again with their bytes. */
export function* fieldsOf(message: Uint8Array): Generator<Field> {
  const cursor = new Cursor(message);
  while (cursor.left > 0) {
    const tag = Number(cursor.varint());
    const number = Math.floor(tag / 8);
    if (number === 0 || number > 0x1fffffff) throw new RangeError('a field has an impossible number');
    yield { number, value: readValue(cursor, tag % 8) };
  }
}

function readValue(cursor: Cursor, wireType: number): bigint | Uint8Array {
  switch (wireType) {
    case 0:
      return cursor.varint();
    case 1:
      return cursor.take(8);
    case 2:
      return cursor.take(Number(cursor.varint()));
    case 5:
      return cursor.take(4);
    default:
      throw new RangeError(`a field has the unknown wire type ${wireType}`);
  }
}

export function bytesOf({ number, value }: Field): Uint8Array {
  if (typeof value === 'bigint') throw new RangeError(`field ${number} is a number where bytes belong`);
  return value;
}

export function textOf(field: Field): string {
  return text.decode(bytesOf(field));
}

/** A signed integer of 64 bits; beyond 2^53 it is rounded. */
export function integerOf({ number, value }: Field): number {
  if (typeof value !== 'bigint') throw new RangeError(`field ${number} holds bytes where a number belongs`);
  return Number(BigInt.asIntN(64, value));
}

export function floatOf(field: Field): number {
  const bytes = bytesOf(field);
  if (bytes.length !== 4) throw new RangeError(`field ${field.number} is no 32-bit number`);
  return new DataView(bytes.buffer, bytes.byteOffset, 4).getFloat32(0, true);
}

/** One occurrence of a repeated integer: a single one, or a packed list of them. Appended to `list`. */
export function appendIntegers(list: number[], field: Field): void {
  if (typeof field.value === 'bigint') {
    list.push(integerOf(field));
    return;
  }
  const cursor = new Cursor(field.value);
  while (cursor.left > 0) list.push(Number(BigInt.asIntN(64, cursor.varint())));
}

/** One occurrence of a repeated number of 4 or 8 bytes: a single one, or a packed list of them. */
export function appendFloats(list: number[], field: Field, size: 4 | 8): void {
  const bytes = bytesOf(field);
  if (bytes.length % size !== 0) throw new RangeError(`field ${field.number} is no list of ${size * 8}-bit numbers`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  for (let offset = 0; offset < bytes.length; offset += size) {
    list.push(size === 4 ? view.getFloat32(offset, true) : view.getFloat64(offset, true));
  }
}

class Cursor {
  readonly #bytes: Uint8Array;
  #offset = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  get left(): number {
    return this.#bytes.length - this.#offset;
  }

  /** An unsigned integer of up to 64 bits, seven a byte. */
  varint(): bigint {
    let low = 0;
    for (let shift = 0; shift < 28; shift += 7) {
      const byte = this.#byte();
      low += (byte & 127) * 2 ** shift;
      if (byte < 128) return BigInt(low);
    }
    let result = BigInt(low);
    for (let shift = 28n; shift < 70n; shift += 7n) {
      const byte = this.#byte();
      result |= BigInt(byte & 127) << shift;
      if (byte < 128) return BigInt.asUintN(64, result);
    }
    throw new RangeError('an integer is longer than 64 bits');
  }

  take(length: number): Uint8Array {
    if (length > this.left) throw new RangeError(`${length} bytes are announced and ${this.left} are left`);
    this.#offset += length;
    return this.#bytes.subarray(this.#offset - length, this.#offset);
  }

  #byte(): number {
    if (this.left === 0) throw new RangeError('the bytes end within an integer');
    return this.#bytes[this.#offset++];
  }
}
