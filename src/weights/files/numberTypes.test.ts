import { describe, expect, it } from 'vitest';
import { inRowMajor, type NumberType, rowMajorStrides, toFloat32 } from './numberTypes.ts';

describe('stored numbers', () => {
  // Bit patterns of IEEE 754 and of two's complement, little-endian.
  it.each<[NumberType, number[], number[]]>([
    ['float16', [0x00, 0x3e, 0x00, 0xc0, 0x01, 0x00], [1.5, -2, 2 ** -24]],
    ['bfloat16', [0xc0, 0x3f, 0x00, 0xc0], [1.5, -2]],
    ['float32', [0, 0, 0xc0, 0x3f], [1.5]],
    ['float64', [0, 0, 0, 0, 0, 0, 0xf8, 0x3f], [1.5]],
    ['int8', [0x80, 0x7f], [-128, 127]],
    ['int16', [0xfe, 0xff], [-2]],
    ['int32', [0xfe, 0xff, 0xff, 0xff], [-2]],
    ['int64', [0xfe, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0, 1, 0, 0, 0], [-2, 2 ** 32]],
    ['uint8', [255], [255]],
    ['uint16', [0xff, 0xff], [65535]],
    ['uint32', [0, 0, 0, 0x80], [2 ** 31]],
    ['uint64', [0, 0, 0, 0, 0, 0, 0, 0x80], [2 ** 63]],
    ['bool', [1, 0], [1, 0]],
  ])('of type %s become float32 in both byte orders', (type, bytes, values) => {
    const size = bytes.length / values.length;
    const swapped = values.flatMap((_, index) => bytes.slice(index * size, (index + 1) * size).reverse());
    expect([...toFloat32(Uint8Array.from(bytes), type)]).toEqual(values);
    expect([...toFloat32(Uint8Array.from(swapped), type, true)]).toEqual(values);
  });

  it('are put into row-major order from any strides', () => {
    const bytes = Uint8Array.from({ length: 12 }, (_, index) => index);
    expect([...inRowMajor(bytes, 1, [3, 4], rowMajorStrides([3, 4]))]).toEqual([...bytes]);
    // The transpose, a part of it, and two bytes at a time.
    expect([...inRowMajor(bytes, 1, [4, 3], [1, 4])]).toEqual([0, 4, 8, 1, 5, 9, 2, 6, 10, 3, 7, 11]);
    expect([...inRowMajor(bytes, 1, [2, 2], [1, 4], 5)]).toEqual([5, 9, 6, 10]);
    expect([...inRowMajor(bytes, 2, [3, 2], [1, 3])]).toEqual([0, 1, 6, 7, 2, 3, 8, 9, 4, 5, 10, 11]);
    expect([...inRowMajor(bytes, 1, [2, 0], [1, 1])]).toEqual([]);
  });

  it.each([
    [[3, 4], [4, 1], 1],
    [[3, 5], [4, 1], 0],
    [[2], [2 ** 40], 0],
    [[2], [-1], 1],
    [[1], [1], 12],
    [[1], [1], -1],
    [[1], [1], Number.NaN],
  ])('are not looked for outside of the file: shape %j, strides %j, offset %j', (shape, strides, offset) => {
    expect(() => inRowMajor(new Uint8Array(12), 1, shape, strides, offset)).toThrow(/reaches beyond its values/);
  });
});
