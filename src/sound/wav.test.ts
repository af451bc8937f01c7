import { describe, expect, test } from 'vitest';
import { LookhearError } from '../errors.ts';
import { createWavReader, readWav } from './wav.ts';
import { writeWav } from './writeWav.ts';

interface Chunk {
  readonly id: string;
  readonly body: readonly number[];
  /** What the header says, when it is not the truth. */
  readonly length?: number;
}

const bytesOf = (value: number, count: number) =>
  Array.from({ length: count }, (_, i) => Number((BigInt(value) >> BigInt(8 * i)) & 0xffn));
const text = (value: string) => [...value].map((letter) => letter.charCodeAt(0));

function format(options: { tag?: number; channels?: number; bits: number; rate?: number; frame?: number }): Chunk {
  const { tag = 1, channels = 1, bits, rate = 16000, frame = (channels * bits) / 8 } = options;
  const body = [
    ...bytesOf(tag, 2),
    ...bytesOf(channels, 2),
    ...bytesOf(rate, 4),
    ...bytesOf(rate * frame, 4),
    ...bytesOf(frame, 2),
    ...bytesOf(bits, 2),
  ];
  return { id: 'fmt ', body };
}

function wav(chunks: readonly Chunk[], riff = 'RIFF'): Uint8Array {
  const body = chunks.flatMap(({ id, body, length = body.length }) => [
    ...text(id),
    ...bytesOf(length, 4),
    ...body,
    ...(body.length % 2 === 1 ? [0] : []),
  ]);
  return Uint8Array.from([...text(riff), ...bytesOf(body.length + 4, 4), ...text('WAVE'), ...body]);
}

function floats(values: readonly number[], bits: 32 | 64): number[] {
  return [...new Uint8Array(bits === 32 ? Float32Array.from(values).buffer : Float64Array.from(values).buffer)];
}

function codeOf(run: () => unknown): string {
  try {
    run();
    return 'none';
  } catch (error) {
    return error instanceof LookhearError ? `${error.code}: ${error.message}` : String(error);
  }
}

describe('readWav', () => {
  const cases: [string, Chunk, number[], number[]][] = [
    ['8-bit', format({ bits: 8 }), [0, 128, 255], [-1, 0, 127 / 128]],
    ['16-bit', format({ bits: 16 }), [0, 128, 0, 0, 255, 127], [-1, 0, 32767 / 32768]],
    ['24-bit', format({ bits: 24 }), [0, 0, 128, 1, 0, 0, 0, 0, 64], [-1, 1 / 8388608, 0.5]],
    ['32-bit', format({ bits: 32 }), [0, 0, 0, 128, 0, 0, 0, 64], [-1, 0.5]],
    ['float 32', format({ tag: 3, bits: 32 }), floats([0.25, -1.5], 32), [0.25, -1.5]],
    ['float 64', format({ tag: 3, bits: 64 }), floats([0.25, -1.5], 64), [0.25, -1.5]],
    ['20 bits in 3 bytes', format({ bits: 20, frame: 3 }), [0, 0, 64], [0.5]],
  ];
  for (const [name, fmt, body, expected] of cases) {
    test(`reads ${name} samples`, () => {
      const { sampleRate, channels } = readWav(wav([fmt, { id: 'data', body }]));
      expect(sampleRate).toBe(16000);
      expect(channels).toEqual([Float32Array.from(expected)]);
    });
  }

  test('keeps channels apart', () => {
    const fmt = format({ bits: 8, channels: 3, rate: 8000 });
    const { sampleRate, channels } = readWav(wav([fmt, { id: 'data', body: [128, 192, 64, 128, 192, 64] }]));
    expect(sampleRate).toBe(8000);
    expect(channels.map((channel) => [...channel])).toEqual([
      [0, 0],
      [0.5, 0.5],
      [-0.5, -0.5],
    ]);
  });

  test('reads an extensible header and passes over odd chunks before and after the samples', () => {
    const plain = format({ tag: 0xfffe, bits: 16 });
    const guid = [3, 0, 0, 0, 0, 0, 16, 0, 128, 0, 0, 170, 0, 56, 155, 113];
    const extensible = {
      id: 'fmt ',
      body: [...format({ tag: 0xfffe, bits: 32 }).body, 22, 0, 32, 0, 4, 0, 0, 0, ...guid],
    };
    const chunks = [{ id: 'LIST', body: [1, 2, 3] }, extensible, { id: 'data', body: floats([0.5], 32) }];
    expect(readWav(wav([...chunks, { id: 'junk', body: [9] }])).channels[0]).toEqual(Float32Array.of(0.5));
    expect(codeOf(() => readWav(wav([plain, { id: 'data', body: [0, 0] }])))).toContain('INPUT_UNSUPPORTED');
  });

  test('a length of 0 or 0xFFFFFFFF means to the end', () => {
    for (const length of [0, 0xffffffff]) {
      const bytes = wav([format({ bits: 16 }), { id: 'data', body: [0, 64, 0, 64, 0], length }]);
      expect(readWav(bytes).channels[0]).toEqual(Float32Array.of(0.5, 0.5, 0));
    }
  });

  test('takes the length of an RF64 file from its ds64 chunk', () => {
    const ds64 = { id: 'ds64', body: [...bytesOf(0, 8), ...bytesOf(4, 8), ...bytesOf(2, 8), ...bytesOf(0, 4)] };
    const data = { id: 'data', body: [0, 64, 0, 64, 0, 64], length: 0xffffffff };
    expect(readWav(wav([ds64, format({ bits: 16 }), data], 'RF64')).channels[0]).toEqual(Float32Array.of(0.5, 0.5));
  });

  test('fewer samples than promised is an error that tells both lengths', () => {
    const bytes = wav([format({ bits: 16 }), { id: 'data', body: [1, 2], length: 64000 }]);
    const found = codeOf(() => readWav(bytes, 'bark.wav'));
    expect(found).toBe('INPUT_CORRUPT: bark.wav ends early: it promises 2.00 s of sound and has 0.00 s.');
  });

  test('headers that make no sense are errors', () => {
    const data = { id: 'data', body: [0, 0, 0, 0] };
    const fmt = format({ bits: 16 });
    for (const bytes of [
      wav([data]),
      wav([fmt]),
      wav([format({ bits: 16, channels: 0, frame: 2 }), data]),
      wav([format({ bits: 16, rate: 0 }), data]),
      wav([format({ bits: 16, frame: 1 }), data]),
      wav([format({ bits: 64, frame: 8 }), data]),
      wav([{ id: 'fmt ', body: [1, 0, 1, 0] }, data]),
      Uint8Array.from(text('this is a text file')),
    ]) {
      expect(codeOf(() => readWav(bytes))).toContain('INPUT_CORRUPT');
    }
    expect(codeOf(() => readWav(wav([format({ tag: 7, bits: 8 }), data])))).toContain('mu-law');
    expect(codeOf(() => readWav(wav([fmt, { id: 'data', body: [] }])))).toContain('INPUT_EMPTY');
  });

  test('reading byte by byte gives the same samples', () => {
    const samples = Float32Array.from({ length: 50 }, (_, i) => Math.sin(i));
    const bytes = writeWav([samples, samples.map((x) => -x)], 44100);
    const reader = createWavReader('it');
    const left = [...bytes].flatMap((byte) => [...(reader.push(Uint8Array.of(byte))?.channels[0] ?? [])]);
    reader.finish();
    expect(left).toEqual([...readWav(bytes).channels[0]]);
  });

  test('what is written comes back, clipped and rounded to 16 bits', () => {
    const { channels, sampleRate } = readWav(writeWav([Float32Array.of(0, 0.25, 2, -2)], 22050));
    expect(sampleRate).toBe(22050);
    expect([...channels[0]]).toEqual([0, 0.25, 32767 / 32768, -1]);
  });
});
