/**
 * The fixtures are one second of our own synthesis, encoded with ffmpeg: 440 Hz with amplitude 0.5 on the left, 1000 Hz
 * with 0.25 on the right.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { afterAll, describe, expect, test, vi } from 'vitest';
import { LookhearError } from '../errors.ts';
import { writeWav } from '../sound/writeWav.ts';
import { createFlacReader } from './flacFrames.ts';
import { oggChecksum } from './oggPages.ts';
import { readSound, type SoundSamples } from './readSound.ts';

const fixtures = new URL('fixtures/', import.meta.url).pathname;
const folder = mkdtempSync(join(tmpdir(), 'lookhear-test-'));
afterAll(() => rmSync(folder, { recursive: true }));
vi.setConfig({ testTimeout: 60_000 });
const hasFfmpeg = spawnSync('ffmpeg', ['-version']).status === 0;

const fixture = (name: string): Uint8Array => new Uint8Array(readFileSync(join(fixtures, name)));
const sine = (hertz: number, amplitude: number, sampleRate: number) =>
  Float32Array.from({ length: sampleRate }, (_, i) => amplitude * Math.sin((2 * Math.PI * hertz * i) / sampleRate));
const wavBytes = writeWav([sine(440, 0.5, 44100), sine(1000, 0.25, 44100)], 44100);

/** By format; the wav is written here. */
const files: Readonly<Record<string, Uint8Array>> = {
  wav: wavBytes,
  flac: fixture('tone.flac'),
  mp3: fixture('tone.mp3'),
  'mp3 without a Xing block': fixture('tone-without-xing.mp3'),
  'Ogg Vorbis': fixture('tone.ogg'),
  'Ogg Opus': fixture('tone.opus'),
};

function write(name: string, bytes: Uint8Array | string): string {
  const path = join(folder, name);
  writeFileSync(path, bytes);
  return path;
}

/** Amplitude of a tone in the middle of a sound at 16 kHz, over a whole number of its periods. */
function amplitude(samples: Float32Array, hertz: number): number {
  const [start, length] = [2000, 12000];
  let [re, im] = [0, 0];
  for (let i = start; i < start + length; i++) {
    re += samples[i] * Math.cos((2 * Math.PI * hertz * i) / 16000);
    im += samples[i] * Math.sin((2 * Math.PI * hertz * i) / 16000);
  }
  return (2 * Math.hypot(re, im)) / length;
}

async function failure(source: string | Uint8Array | SoundSamples, signal?: AbortSignal): Promise<LookhearError> {
  const outcome = await readSound(source, signal === undefined ? {} : { signal }).catch((error: unknown) => error);
  if (outcome instanceof LookhearError) return outcome;
  throw new Error(`expected a LookhearError, got ${String(outcome)}`);
}

describe('readSound decodes', () => {
  for (const [format, bytes] of Object.entries(files)) {
    test(`${format}: the tones of both channels, mixed, in level and length`, async () => {
      const { sampleRate, samples } = await readSound(bytes);
      expect(sampleRate).toBe(16000);
      // Without a Xing block the encoder's delay cannot be known.
      expect(Math.abs(samples.length - 16000)).toBeLessThan(format === 'mp3 without a Xing block' ? 800 : 2);
      // LAME lowers everything by 5 %.
      expect(Math.abs(amplitude(samples, 440) - 0.25)).toBeLessThan(0.015);
      expect(Math.abs(amplitude(samples, 1000) - 0.125)).toBeLessThan(0.008);
      expect(amplitude(samples, 2500)).toBeLessThan(0.001);
    });
  }

  test('a file by its bytes, whatever it is called', async () => {
    const path = write('mislabelled.wav', files.mp3);
    expect((await readSound(path)).samples).toEqual((await readSound(files.mp3)).samples);
  });

  test('an mp3 and a flac behind an ID3 tag with a picture of a megabyte', async () => {
    const size = 1_000_000;
    const tag = new Uint8Array(10 + size).fill(0xff);
    tag.set([0x49, 0x44, 0x33, 4, 0, 0, size >> 21, (size >> 14) & 0x7f, (size >> 7) & 0x7f, size & 0x7f]);
    for (const bytes of [files['mp3 without a Xing block'], files.flac]) {
      const tagged = new Uint8Array([...tag, ...bytes]);
      expect((await readSound(tagged)).samples).toEqual((await readSound(bytes)).samples);
    }
  });

  test('samples in memory, mono or by channel', async () => {
    const [left, right] = [sine(440, 0.5, 32000), sine(1000, 0.25, 32000)];
    const mono = await readSound({ samples: left, sampleRate: 32000 });
    expect(amplitude(mono.samples, 440)).toBeCloseTo(0.5, 4);
    const stereo = await readSound({ samples: [left, right], sampleRate: 32000 });
    expect(amplitude(stereo.samples, 440)).toBeCloseTo(0.25, 4);
    expect(amplitude(stereo.samples, 1000)).toBeCloseTo(0.125, 4);
    const same = sine(440, 0.5, 16000);
    expect((await readSound({ samples: same, sampleRate: 16000 })).samples).toEqual(same);
  });

  test('two sounds at the same time', async () => {
    const [a, b] = await Promise.all([readSound(files.mp3), readSound(files.mp3)]);
    expect(a.samples).toEqual(b.samples);
  });
});

describe('readSound refuses with a sentence', () => {
  test('what is not there, not a file, or empty', async () => {
    expect((await failure(join(folder, 'nothing.wav'))).code).toBe('INPUT_MISSING');
    expect((await failure(folder)).code).toBe('INPUT_UNREADABLE');
    expect((await failure(write('empty.wav', ''))).code).toBe('INPUT_EMPTY');
    expect((await failure(new Uint8Array(0))).code).toBe('INPUT_EMPTY');
    expect((await failure(writeWav([new Float32Array(0)], 16000))).code).toBe('INPUT_EMPTY');
  });

  test('a text called .wav, telling how it begins', async () => {
    const error = await failure(write('notes.wav', 'hello, this is not a sound\n'.repeat(50)));
    expect(error.code).toBe('INPUT_UNSUPPORTED');
    expect(error.message).toContain('notes.wav is not a sound');
    expect(error.message).toContain('hello, this');
  });

  for (const [format, bytes] of Object.entries(files)) {
    test(`${format} that was cut`, async () => {
      // Not between two mp3 frames: without a Xing block such a cut leaves no trace.
      for (const part of [0.31, 0.52, 0.88, 0.99]) {
        const error = await failure(bytes.subarray(0, Math.floor(part * bytes.length)));
        expect(error.code).toBe('INPUT_CORRUPT');
        expect(error.message).toMatch(/ends early|too short|damaged/);
      }
    });
  }

  test('an mp3 with a Xing block that was cut between two frames', async () => {
    // 64 kbit/s at 44,100 Hz: frames of 208 and 209 bytes; the second half of the file is gone.
    const bytes = files.mp3;
    const starts: number[] = [];
    for (let i = 0; i + 1 < bytes.length; i++) if (bytes[i] === 0xff && bytes[i + 1] === 0xfb) starts.push(i);
    const error = await failure(bytes.subarray(0, starts[20]));
    expect(error.code).toBe('INPUT_CORRUPT');
    expect(error.message).toContain('ends early');
  });

  test('samples that are not finite, with their time', async () => {
    const samples = new Float32Array(48000);
    samples[24000] = Number.NaN;
    const error = await failure({ samples, sampleRate: 48000 });
    expect(error.code).toBe('INPUT_CORRUPT');
    expect(error.message).toContain('0.500 s');
  });

  test('rates that no recorder has, and channels of different lengths', async () => {
    const samples = new Float32Array(10);
    for (const sampleRate of [0, 1, 44100.5, Number.NaN, 1e9]) {
      expect((await failure({ samples, sampleRate })).code).toBe('INPUT_UNSUPPORTED');
    }
    const channels = [samples, new Float32Array(9)];
    expect((await failure({ samples: channels, sampleRate: 16000 })).code).toBe('INPUT_UNSUPPORTED');
  });

  test('more than six hours, before any of it is read', async () => {
    const bytes = writeWav([new Float32Array(100)], 8000);
    new DataView(bytes.buffer).setUint32(40, 7 * 3600 * 16000, true);
    expect((await failure(bytes)).code).toBe('INPUT_TOO_LARGE');
  });

  test('several Ogg streams one after another', async () => {
    const ogg = files['Ogg Vorbis'];
    expect((await failure(new Uint8Array([...ogg, ...ogg]))).code).toBe('INPUT_UNSUPPORTED');
  });

  test('when the signal has fired', async () => {
    expect((await failure(files.mp3, AbortSignal.abort())).code).toBe('ABORTED');
    const controller = new AbortController();
    const long = writeWav([new Float32Array(5_000_000)], 44100);
    setTimeout(() => controller.abort(), 1);
    expect((await failure(long, controller.signal)).code).toBe('ABORTED');
  });
});

describe('readSound on broken files', () => {
  for (const [format, bytes] of Object.entries(files)) {
    test(`${format}: a flipped bit or a cut gives a finite sound or a LookhearError, and prints nothing`, async () => {
      const print = vi.spyOn(console, 'error').mockImplementation(() => {});
      const place = fc.nat({ max: 8 * Math.min(bytes.length, 8000) - 1 });
      const damage = fc.record({
        flips: fc.array(place, { maxLength: 3 }),
        keep: fc.double({ min: 0, max: 1, noNaN: true }),
      });
      await fc.assert(
        fc.asyncProperty(damage, async ({ flips, keep }) => {
          const broken = bytes.slice();
          for (const bit of flips) broken[bit >> 3] ^= 1 << (bit & 7);
          // Half of the files keep their whole length.
          const cut = broken.subarray(0, keep < 0.5 ? Math.floor(2 * keep * broken.length) : broken.length);
          const outcome = await readSound(cut).catch((error: unknown) => error);
          if (outcome instanceof LookhearError) expect(outcome.message).toMatch(/\.$/);
          else if (outcome instanceof Error) throw outcome;
          else expect((outcome as { samples: Float32Array }).samples.every(Number.isFinite)).toBe(true);
        }),
        { numRuns: 25, seed: 7 },
      );
      expect(print).not.toHaveBeenCalled();
      print.mockRestore();
    }, 60_000);
  }

  test('a flac frame with a flipped bit is found by its checksum, an Ogg page by its own', async () => {
    const flac = files.flac.slice();
    flac[12000] ^= 1;
    expect((await failure(flac)).message).toContain('damaged');
    const ogg = files['Ogg Vorbis'].slice();
    ogg[5000] ^= 1;
    expect((await failure(ogg)).message).toContain('checksum');
  });

  test('an Ogg page with right checksums around rubbish does not hang the decoder', async () => {
    for (const name of ['Ogg Vorbis', 'Ogg Opus']) {
      const ogg = files[name].slice();
      const lastPage = ogg.lastIndexOf(0x4f, ogg.length - 200);
      for (let at = 58; at < ogg.length; at++) if (ogg[at] !== 0x4f && at % 7 === 0) ogg[at] ^= 0x55;
      expect(lastPage).toBeGreaterThan(0);
      // The checksums are made right again, so that the rubbish reaches the decoder.
      for (let at = 0; at + 27 < ogg.length; ) {
        const segments = ogg[at + 26];
        const length = 27 + segments + ogg.subarray(at + 27, at + 27 + segments).reduce((sum, x) => sum + x, 0);
        const page = ogg.subarray(at, at + length);
        new DataView(page.buffer, page.byteOffset).setUint32(22, oggChecksum(page), true);
        at += length;
      }
      const outcome = await readSound(ogg).catch((error: unknown) => error);
      expect(outcome instanceof LookhearError || !(outcome instanceof Error)).toBe(true);
    }
  });
});

test('flac frames come out the same however the file is cut into pieces', () => {
  const read = (pieceLength: number): number[] => {
    const reader = createFlacReader('it');
    const lengths: number[] = [];
    for (let at = 0; at < files.flac.length; at += pieceLength) {
      lengths.push(...reader.push(files.flac.subarray(at, at + pieceLength)).map((frame) => frame.length));
    }
    return [...lengths, ...reader.finish().map((frame) => frame.length)];
  };
  expect(read(100)).toEqual(read(1_000_000));
  expect(read(4097)).toEqual(read(1_000_000));
});

describe('readSound with ffmpeg', () => {
  const m4a = join(fixtures, 'tone.m4a');

  test.skipIf(!hasFfmpeg)('reads m4a from a file and from bytes, and leaves no file behind', async () => {
    const sound = await readSound(m4a);
    expect(Math.abs(sound.samples.length - 16000)).toBeLessThan(800);
    expect(Math.abs(amplitude(sound.samples, 440) - 0.25)).toBeLessThan(0.015);
    expect((await readSound(new Uint8Array(readFileSync(m4a)))).samples).toEqual(sound.samples);
  });

  test.skipIf(!hasFfmpeg)('takes a name that looks like an option or an address for a file', async () => {
    const before = process.cwd();
    process.chdir(folder);
    try {
      for (const name of ['-version', 'http:x']) {
        write(name, readFileSync(m4a));
        expect((await readSound(name)).samples.length).toBeGreaterThan(15000);
      }
    } finally {
      process.chdir(before);
    }
  });

  test.skipIf(!hasFfmpeg)('a cut m4a is an error, and so is a cut mkv, of which ffmpeg only remarks it', async () => {
    const mkv = join(folder, 'tone.mkv');
    spawnSync('ffmpeg', ['-v', 'error', '-i', m4a, '-c', 'copy', mkv]);
    for (const path of [m4a, mkv]) {
      const bytes = new Uint8Array(readFileSync(path));
      expect((await failure(bytes.subarray(0, bytes.length / 2))).code).toBe('INPUT_CORRUPT');
    }
  });

  test.skipIf(!hasFfmpeg)('a video without sound says so', async () => {
    const path = join(folder, 'mute.mkv');
    spawnSync('ffmpeg', ['-v', 'error', '-f', 'lavfi', '-i', 'color=s=32x32:d=0.2', '-c:v', 'mjpeg', path]);
    const error = await failure(path);
    expect(error.code).toBe('INPUT_UNSUPPORTED');
    expect(error.message).toContain('no sound');
  });

  test('without ffmpeg says what to install', async () => {
    vi.stubEnv('PATH', folder);
    const error = await failure(m4a);
    vi.unstubAllEnvs();
    expect(error.code).toBe('FFMPEG_MISSING');
    expect(error.hint).toContain('apt install ffmpeg');
  });
});
