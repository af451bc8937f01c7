import { describe, expect, it } from 'vitest';
import { pictureFromPixels } from './pixels.ts';

const one = { width: 1, height: 1 };
const rgbOf = (data: number[], channels?: number) => [
  ...pictureFromPixels({ ...one, data: new Uint8Array(data), ...(channels === undefined ? {} : { channels }) }).data,
];

describe('pixels as a picture', () => {
  it('tell the number of channels from the length', () => {
    expect(rgbOf([7])).toEqual([7, 7, 7]);
    expect(rgbOf([0, 128])).toEqual([127, 127, 127]);
    expect(rgbOf([1, 2, 3])).toEqual([1, 2, 3]);
    expect(rgbOf([1, 2, 3, 255])).toEqual([1, 2, 3]);
  });

  it('are seen on white where they are transparent', () => {
    expect(rgbOf([200, 0, 0, 0])).toEqual([255, 255, 255]);
    expect(rgbOf([0, 0, 0, 51])).toEqual([204, 204, 204]);
  });

  it('share the memory of RGB, as a plain Uint8Array', () => {
    const data = Buffer.from([1, 2, 3]);
    const picture = pictureFromPixels({ ...one, data });
    expect(picture.data.constructor).toBe(Uint8Array);
    expect(picture.data.buffer).toBe(data.buffer);
  });

  it('take what a canvas gives', () => {
    const data = new Uint8ClampedArray([1, 2, 3, 255, 4, 5, 6, 255]);
    expect([...pictureFromPixels({ width: 2, height: 1, data }).data]).toEqual([1, 2, 3, 4, 5, 6]);
  });

  it('that do not fit their size are refused in words', () => {
    expect(() => rgbOf([1, 2, 3, 4, 5])).toThrow('Expected `data` of 1 x 1 pixels');
    expect(() => rgbOf([1, 2, 3], 4)).toThrow('got 3 bytes for 4 channels');
    for (const width of [0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY]) {
      expect(() => pictureFromPixels({ width, height: 1, data: new Uint8Array(3) })).toThrow('`width` and `height`');
    }
  });
});
