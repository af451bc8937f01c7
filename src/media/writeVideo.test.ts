import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test, vi } from 'vitest';
import { type Frame, rawFrameHeader, rawFramesHeader, readRawFrames } from './rawFrames.ts';
import { readVideo } from './readVideo.ts';
import { colour, h264, hasFfmpeg, makeClip, needsFfmpeg, sine } from './video.fixtures.ts';
import { videoOutput, writeVideo } from './writeVideo.ts';

vi.setConfig({ testTimeout: 120_000 });
const folder = mkdtempSync(join(tmpdir(), 'lookhear-write-video-'));
afterAll(() => rmSync(folder, { recursive: true }));
const path = (name: string): string => join(folder, name);
const make = (name: string, ...args: readonly string[]): string => makeClip(path(name), args);

async function all<Value>(values: AsyncIterable<Value>): Promise<Value[]> {
  const collected: Value[] = [];
  for await (const value of values) collected.push(value);
  return collected;
}

function frame(time: number, value: number, width = 32, height = 24): Frame {
  return { time, picture: { width, height, data: new Uint8Array(3 * width * height).fill(value) } };
}

async function* stream<Value>(values: readonly Value[]): AsyncGenerator<Value> {
  yield* values;
}

/** The packets of a track as they are stored, without their container. */
function packets(file: string, track: string): string {
  return execFileSync('ffmpeg', ['-v', 'error', '-i', file, '-map', track, '-c', 'copy', '-f', 'md5', '-'], {
    encoding: 'utf8',
  });
}

test('frames come back from their stream as they went in, however it is cut', async () => {
  const frames = [frame(0, 1), frame(0.04, 2), frame(70.001, 3)];
  const bytes = [rawFramesHeader({ width: 32, height: 24 })];
  for (const { time, picture } of frames) bytes.push(rawFrameHeader(time, picture.data.length), picture.data);
  const whole = new Uint8Array(Buffer.concat(bytes));
  for (const length of [1, 13, 1000, whole.length]) {
    const pieces = Array.from({ length: Math.ceil(whole.length / length) }, (_, index) =>
      whole.subarray(index * length, (index + 1) * length),
    );
    expect(await all(readRawFrames(stream(pieces), { width: 32, height: 24 }))).toEqual(frames);
  }
  const cut = stream([whole.subarray(0, whole.length - 1)]);
  expect(await all(readRawFrames(cut, { width: 32, height: 24 }))).toHaveLength(2);
});

test('a name that is no video is refused', () => {
  expect(() => videoOutput('out.webp')).toThrow(/does not name a video format/);
});

describe.skipIf(!hasFfmpeg)(`writeVideo${needsFfmpeg}`, () => {
  const source = () => make('source.mp4', ...colour('red', 2), ...sine(440, 2), ...h264, '-c:a', 'aac');

  for (const ending of ['mp4', 'mov', 'mkv']) {
    test(`${ending}: every frame at its own time, in its own colour, with the sound copied`, async () => {
      const soundOf = await readVideo(source());
      const frames = [frame(0, 20), frame(0.1, 120), frame(0.15, 220), frame(1.2, 60), frame(1.7, 200)];
      const out = path(`out.${ending}`);
      await writeVideo(out, stream(frames), { soundOf });
      const written = await readVideo(out);
      const found = await all(written.frames());
      // A sound that begins with a filling block moves everything in a container that knows no time before 0.
      const first = found[0].time;
      expect(first).toBeLessThan(0.07);
      found.forEach(({ time }, index) => {
        expect(time - first).toBeCloseTo(frames[index].time, 3);
      });
      found.forEach(({ picture }, index) => {
        expect(Math.abs(picture.data[300] - frames[index].picture.data[300])).toBeLessThan(6);
      });
      expect(packets(out, '0:a')).toBe(packets(soundOf.path, '0:a'));
      expect(readdirSync(folder).filter((name) => name.endsWith('.tmp'))).toEqual([]);
    });
  }

  test('a sound that the container cannot hold becomes AAC, and all tracks are kept', async () => {
    const two = [...colour('red', 1), ...sine(440, 1), ...sine(880, 1), '-map', '0', '-map', '1', '-map', '2'];
    const soundOf = await readVideo(make('two.mkv', ...two, ...h264, '-c:a:0', 'pcm_s16le', '-c:a:1', 'aac'));
    await writeVideo(path('two.mp4'), stream([frame(0, 9), frame(0.5, 9)]), { soundOf });
    expect((await readVideo(path('two.mp4'))).sounds.map(({ codec }) => codec)).toEqual(['aac', 'aac']);
    expect(packets(path('two.mp4'), '0:a:1')).toBe(packets(soundOf.path, '0:a:1'));
  });

  test('picture and sound keep their distance, whichever begins first', async () => {
    const late = [...colour('red', 3), '-itsoffset', '1', ...sine(440, 1.5), '-map', '0:v', '-map', '1:a'];
    for (const container of ['ts', 'mp4', 'mkv']) {
      const soundOf = await readVideo(make(`late.${container}`, ...late, ...h264, '-c:a', 'aac'));
      await writeVideo(path('kept.mp4'), soundOf.frames(), { soundOf, force: true });
      const { picture, sound } = await readVideo(path('kept.mp4'));
      expect(Math.abs((sound?.start ?? 0) - picture.start - 1)).toBeLessThan(0.07);
    }
    const early = [...sine(440, 2), '-itsoffset', '0.6', ...colour('red', 1), '-map', '1:v', '-map', '0:a'];
    const soundOf = await readVideo(make('early.mkv', ...early, ...h264, '-c:a', 'aac'));
    await writeVideo(path('kept.mp4'), soundOf.frames(), { soundOf, force: true });
    const { picture, sound } = await readVideo(path('kept.mp4'));
    expect(Math.abs(picture.start - (sound?.start ?? 0) - 0.6)).toBeLessThan(0.07);
  });

  test('sides of an odd length grow by a pixel', async () => {
    const soundOf = await readVideo(make('mute.mp4', ...colour('red', 0.2), ...h264));
    await writeVideo(path('odd.mp4'), stream([frame(0, 9, 33, 25)]), { soundOf });
    expect(await readVideo(path('odd.mp4'))).toMatchObject({ width: 34, height: 26, sound: undefined });
  });

  test('what fails leaves nothing behind, and what is there stays', async () => {
    const soundOf = await readVideo(source());
    async function* failing(): AsyncGenerator<Frame> {
      yield frame(0, 1);
      throw new Error('on the way');
    }
    await expect(writeVideo(path('none.mp4'), failing(), { soundOf })).rejects.toThrow('on the way');
    await expect(writeVideo(path('none.mp4'), stream([]), { soundOf })).rejects.toMatchObject({ code: 'INPUT_EMPTY' });
    const stopping = new AbortController();
    async function* endless(): AsyncGenerator<Frame> {
      for (let index = 0; ; index++) {
        if (index === 50) stopping.abort();
        yield frame(index / 25, index % 256);
      }
    }
    const stopped = writeVideo(path('none.mp4'), endless(), { soundOf, signal: stopping.signal });
    await expect(stopped).rejects.toMatchObject({ code: 'ABORTED' });
    writeFileSync(path('mine.mp4'), 'mine');
    const taken = writeVideo(path('mine.mp4'), stream([frame(0, 1)]), { soundOf });
    await expect(taken).rejects.toMatchObject({ code: 'OUTPUT_EXISTS' });
    expect(readFileSync(path('mine.mp4'), 'utf8')).toBe('mine');
    expect(readdirSync(folder).filter((name) => name === 'none.mp4' || name.endsWith('.tmp'))).toEqual([]);
  });
});
