/** Clips are made here with the system's ffmpeg, from our own samples, colours and tones. */
import { copyFileSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test, vi } from 'vitest';
import { LookhearError } from '../errors.ts';
import type { Picture } from '../picture/picture.ts';
import type { Frame } from './rawFrames.ts';
import { readVideo, type Video } from './readVideo.ts';
import { sightsOf } from './sightsOf.ts';
import { colour, h264, hasFfmpeg, makeClip, needsFfmpeg, sine } from './video.fixtures.ts';

vi.setConfig({ testTimeout: 120_000 });
const folder = mkdtempSync(join(tmpdir(), 'lookhear-video-'));
afterAll(() => rmSync(folder, { recursive: true }));
const samples = new URL('../../samples/', import.meta.url).pathname;

const path = (name: string): string => join(folder, name);
const make = (name: string, ...args: readonly string[]): string => makeClip(path(name), args);

async function all<Value>(values: AsyncIterable<Value>): Promise<Value[]> {
  const collected: Value[] = [];
  for await (const value of values) collected.push(value);
  return collected;
}

async function soundOf(video: Video): Promise<Float32Array> {
  const blocks = await all(video.samples());
  const sound = new Float32Array(blocks.reduce((sum, block) => sum + block.length, 0));
  blocks.reduce((at, block) => {
    sound.set(block, at);
    return at + block.length;
  }, 0);
  return sound;
}

/** Seconds at 16 kHz where the sound begins to be louder than -40 dBFS. */
const onset = (sound: Float32Array): number => sound.findIndex((sample) => Math.abs(sample) > 0.01) / 16000;

async function failure(file: string): Promise<LookhearError> {
  const outcome = await readVideo(file)
    .then((video) => all(video.frames()))
    .catch((error: unknown) => error);
  if (outcome instanceof LookhearError) return outcome;
  throw new Error(`expected a LookhearError, got ${String(outcome)}`);
}

/** Mean colour of a part of a picture, given as fractions. */
function meanColour({ width, height, data }: Picture, left: number, top: number, right: number, bottom: number) {
  const sums = [0, 0, 0];
  let count = 0;
  for (let y = Math.floor(top * height); y < bottom * height; y++) {
    for (let x = Math.floor(left * width); x < right * width; x++, count++) {
      for (let channel = 0; channel < 3; channel++) sums[channel] += data[3 * (y * width + x) + channel];
    }
  }
  return sums.map((sum) => sum / count);
}

const times = (frames: readonly Frame[]): number[] => frames.map(({ time }) => time);

describe.skipIf(!hasFfmpeg)(`readVideo${needsFfmpeg}`, () => {
  test('gives every frame at its time, and the sound at 16 kHz', async () => {
    const picture = join(samples, 'pictures/cat.jpg');
    const sound = join(samples, 'sounds/meow.ogg');
    const still = ['-loop', '1', '-framerate', '10', '-i', picture, '-i', sound];
    const file = make('cat.mp4', ...still, '-t', '2', '-vf', 'scale=160:120', ...h264, '-c:a', 'aac');
    const video = await readVideo(file);
    expect(video).toMatchObject({ width: 160, height: 120, container: 'mov', notes: [] });
    expect(video.seconds).toBeCloseTo(2, 1);
    expect(times(await all(video.frames()))).toEqual(Array.from({ length: 20 }, (_, index) => index / 10));
    expect((await soundOf(video)).length / 16000).toBeCloseTo(2, 1);
    expect(times(await all(video.framesEvery(0.5)))).toEqual([0, 0.5, 1, 1.5]);
  });

  test('keeps unequal distances, and shows at each moment what is on screen', async () => {
    const select = "select='lt(t,0.19)+between(t,0.99,1.1)+gt(t,1.8)'";
    const scenes = '[0][1]concat=n=2';
    const file = make(
      'variable.mp4',
      ...[...colour('red', 1), ...colour('blue', 1), '-filter_complex', `${scenes},${select}`],
      ...['-vsync', 'vfr', ...h264],
    );
    const video = await readVideo(file);
    expect(video.notes[0]).toContain('frame rate varies');
    const found = times(await all(video.frames()));
    expect(found.slice(0, 6)).toEqual([0, 0.04, 0.08, 0.12, 0.16, 1]);
    const reds = (await all(video.framesEvery(0.25))).map(({ picture }) => meanColour(picture, 0, 0, 1, 1)[0] > 128);
    expect(reds.slice(0, 8)).toEqual([true, true, true, true, false, false, false, false]);
  });

  test('turns the picture as the file says', async () => {
    const sides = '[0][1]hstack';
    const flat = make('flat.mp4', ...colour('red', 1), ...colour('blue', 1), '-filter_complex', sides, ...h264);
    const turned = make('turned.mp4', '-i', flat, '-c', 'copy', '-metadata:s:v', 'rotate=90');
    const video = await readVideo(turned);
    const bytes = readFileSync(turned);
    // Newer versions of ffmpeg do not write the turn; there is nothing to see then.
    if (video.picture.rotation === 0) return expect(bytes.length).toBeGreaterThan(0);
    expect(video).toMatchObject({ width: 48, height: 128 });
    expect(video.notes[0]).toMatch(/turned by (90|270) degrees/);
    const [{ picture }] = await all(video.framesEvery(1));
    expect(picture).toMatchObject({ width: 48, height: 128 });
    const [top, bottom] = [meanColour(picture, 0, 0.05, 1, 0.4), meanColour(picture, 0, 0.6, 1, 0.95)];
    // One end is red, the other blue: which, depends on the way it is turned.
    expect(Math.abs(top[0] - bottom[0])).toBeGreaterThan(150);
    expect(meanColour(picture, 0, 0.1, 0.4, 0.4)[0]).toBeCloseTo(meanColour(picture, 0.6, 0.1, 1, 0.4)[0], 0);
  });

  test('makes pixels square, and a changing size one size', async () => {
    const wide = make('wide.mkv', ...colour('red', 0.2), '-vf', 'setsar=2', ...h264);
    expect(await readVideo(wide)).toMatchObject({ width: 128, height: 48 });
    const parts = ['64x48', '32x96'].map((size, index) =>
      make(`part${index}.ts`, ...colour('red', 0.4, size), ...h264),
    );
    writeFileSync(path('changing.ts'), Buffer.concat(parts.map((part) => readFileSync(part))));
    const frames = await all((await readVideo(path('changing.ts'))).frames());
    expect(frames.length).toBeGreaterThan(10);
    for (const { picture } of frames) expect(picture.data).toHaveLength(3 * 64 * 48);
  });

  for (const container of ['mp4', 'mkv', 'ts', 'mov', 'avi']) {
    test(`${container}: a sound that begins later stays later`, async () => {
      // An avi cannot say when a track begins: ffmpeg fills it.
      const late = [...colour('red', 3), '-itsoffset', '1', ...sine(440, 1.5)];
      const codec =
        container === 'avi' ? ['-af', 'aresample=async=1:first_pts=0', '-c:a', 'pcm_s16le'] : ['-c:a', 'aac'];
      const video = await readVideo(
        make(`late.${container}`, ...late, '-map', '0:v', '-map', '1:a', ...h264, ...codec),
      );
      expect(Math.abs(onset(await soundOf(video)) - 1)).toBeLessThan(0.06);
      expect(times(await all(video.framesEvery(1)))).toEqual([0, 1, 2]);
      if (container !== 'avi') expect(video.notes.join(' ')).toMatch(/sound begins (0\.9|1\.0)\d s after the picture/);
    });
  }

  test('a sound that begins before the picture: the first picture stands for the time before it', async () => {
    const early = [...sine(440, 2), '-itsoffset', '0.6', ...colour('red', 1)];
    const video = await readVideo(make('early.mkv', ...early, '-map', '1:v', '-map', '0:a', ...h264, '-c:a', 'flac'));
    expect((await all(video.frames()))[0].time).toBeCloseTo(0.6, 2);
    expect(onset(await soundOf(video))).toBeLessThan(0.02);
    expect(video.notes[0]).toMatch(/begins 0\.6\d s before the picture/);
    expect(times(await all(video.framesEvery(0.5)))[0]).toBe(0);
  });

  test('of several sound tracks takes the default one, and says so', async () => {
    const two = [...colour('red', 1), ...sine(440, 1), ...sine(880, 1), '-map', '0', '-map', '1', '-map', '2'];
    const marked = ['-disposition:a:0', '0', '-disposition:a:1', 'default'];
    const video = await readVideo(make('two.mkv', ...two, ...h264, '-c:a', 'flac', ...marked));
    expect(video.notes).toContainEqual('Of 2 sound tracks, number 2 is heard (flac, 1 channels).');
    const sound = await soundOf(video);
    const crossings = sound.filter((sample, index) => index > 0 && sample >= 0 && sound[index - 1] < 0).length;
    expect(Math.abs(crossings - 880)).toBeLessThan(10);
  });

  test('without a sound track every moment has none', async () => {
    const video = await readVideo(make('mute.mp4', ...colour('red', 1), ...h264));
    expect(video.notes).toEqual(['There is no sound track, so every moment is silent.']);
    const sights = await all(sightsOf(video, { every: 0.25, windowSeconds: 1 }));
    expect(sights.map(({ time, sound }) => [time, sound])).toEqual([0, 0.25, 0.5, 0.75].map((time) => [time, null]));
  });

  test('a sound shorter than the picture ends, one longer keeps the last picture', async () => {
    const short = await readVideo(make('short.mp4', ...colour('red', 2), ...sine(440, 1), ...h264, '-c:a', 'aac'));
    expect(short.notes.join(' ')).toMatch(/The sound ends at 1\.\d\d s, the picture at 2\.00 s\./);
    const sights = await all(sightsOf(short, { every: 0.5, windowSeconds: 0.6 }));
    expect(times(sights)).toEqual([0, 0.5, 1, 1.5]);
    expect(sights.every(({ sound }) => sound !== null && sound.samples.length <= 9600)).toBe(true);
    const still = await readVideo(make('still.mp4', ...colour('red', 0.04), ...sine(440, 2), ...h264, '-c:a', 'aac'));
    expect(times(await all(still.frames()))).toEqual([0]);
    const held = await all(sightsOf(still, { every: 0.5, windowSeconds: 1 }));
    expect(times(held).slice(0, 4)).toEqual([0, 0.5, 1, 1.5]);
    expect(held.length).toBeLessThanOrEqual(5);
  });

  test('does what can be read of a file that breaks off, and says what is wrong', async () => {
    const sound = [...colour('red', 4), ...sine(440, 4)];
    const file = make('whole.mp4', ...sound, ...h264, '-g', '10', '-c:a', 'aac', '-movflags', 'faststart');
    copyFileSync(file, path('broken.mp4'));
    truncateSync(path('broken.mp4'), Math.floor(0.7 * readFileSync(file).length));
    const video = await readVideo(path('broken.mp4'));
    const complaints: string[] = [];
    const frames = await all(video.frames({ onDamage: (complaint) => complaints.push(complaint) }));
    expect(frames.length).toBeGreaterThan(10);
    expect(frames.length).toBeLessThan(100);
    expect(complaints).toHaveLength(1);
    expect(complaints[0]).not.toContain(folder);
  });

  test('stops when nobody reads on, and when the signal fires', async () => {
    const video = await readVideo(make('long.mp4', ...colour('red', 60, '640x480'), ...h264));
    for await (const { time } of video.frames()) if (time > 0.2) break;
    const controller = new AbortController();
    const reading = (async () => {
      for await (const { time } of video.frames({ signal: controller.signal })) if (time > 0.2) controller.abort();
    })();
    await expect(reading).rejects.toMatchObject({ code: 'ABORTED' });
  });
});

describe.skipIf(!hasFfmpeg)(`readVideo refuses with a sentence${needsFfmpeg}`, () => {
  test('what is not there, empty, a folder, or cut before its table of contents', async () => {
    expect((await failure(path('none.mp4'))).code).toBe('INPUT_MISSING');
    expect((await failure(folder)).code).toBe('INPUT_UNREADABLE');
    writeFileSync(path('empty.mp4'), '');
    expect((await failure(path('empty.mp4'))).code).toBe('INPUT_EMPTY');
    const file = make('cut.mp4', ...colour('red', 2), ...h264);
    truncateSync(file, Math.floor(0.6 * readFileSync(file).length));
    const error = await failure(file);
    expect(error.code).toBe('INPUT_CORRUPT');
    expect(error.message).toMatch(/cut\.mp4: it is damaged or cut off/);
  });

  test('a sound without a picture, also where it has a cover', async () => {
    const plain = make('plain.m4a', ...sine(440, 1), '-c:a', 'aac');
    expect(await failure(plain)).toMatchObject({
      code: 'INPUT_UNSUPPORTED',
      message: expect.stringContaining('no picture'),
    });
    const cover = ['-i', join(samples, 'pictures/cat.jpg'), '-map', '0', '-map', '1', '-c:v', 'mjpeg'];
    const covered = make('cover.m4a', ...sine(440, 1), ...cover, '-disposition:v', 'attached_pic', '-c:a', 'aac');
    expect((await failure(covered)).message).toContain('has a cover, but no picture that moves');
  });

  test('playlists, scripts and pages that name other files, whatever they are called', async () => {
    make('secret.mp4', ...colour('red', 1), ...h264);
    const hostile = {
      'list.mp4': '#EXTM3U\n#EXTINF:1,\nsecret.mp4\n#EXT-X-ENDLIST\n',
      'concat.mp4': 'ffconcat version 1.0\nfile secret.mp4\n',
      'page.mkv': '<?xml version="1.0"?><MPD><Period><BaseURL>http://127.0.0.1:9/</BaseURL></Period></MPD>',
      'session.mov': 'v=0\no=- 0 0 IN IP4 127.0.0.1\nm=video 9 RTP/AVP 96\n',
      'reference.avi': '[Reference]\nRef1=http://127.0.0.1:9/x.asf\n',
      'text.mp4': 'file:///etc/passwd\n',
    };
    for (const [name, text] of Object.entries(hostile)) {
      writeFileSync(path(name), text);
      expect((await failure(path(name))).code).toBe('INPUT_UNSUPPORTED');
    }
    // Behind bytes that look like an mp4, the container is fixed, and ffmpeg does not try another.
    writeFileSync(path('disguised.mp4'), `\0\0\0\x18ftypisom${hostile['list.mp4']}`);
    expect((await failure(path('disguised.mp4'))).code).toBe('INPUT_CORRUPT');
  });

  test('an mp4 whose samples lie in another file', async () => {
    const file = make('inside.mov', ...colour('red', 1), ...h264);
    const bytes = readFileSync(file);
    // The data reference "url " with the flag "in this file" becomes an alias to elsewhere.
    const at = bytes.indexOf('url \0\0\0\x01', 0, 'latin1');
    expect(at).toBeGreaterThan(0);
    bytes.write('alis\0\0\0\0', at, 'latin1');
    writeFileSync(path('outside.mov'), bytes);
    const outcome = await readVideo(path('outside.mov'))
      .then((video) => all(video.frames()))
      .catch((error: unknown) => error);
    // ffmpeg reads the samples from the file itself or not at all, but never another file.
    expect(outcome instanceof LookhearError || Array.isArray(outcome)).toBe(true);
  });
});

describe.skipIf(!hasFfmpeg || !process.env.LOOKHEAR_SHARED)(
  `real clips (skipped unless LOOKHEAR_SHARED names the folder)${needsFfmpeg}`,
  () => {
    test.each([
      ['v_baby.mp4', 320, 240, 10],
      ['v_canary.mp4', 480, 360, 10],
      ['v_lion.mp4', 480, 270, 8],
    ])('%s', async (name, width, height, seconds) => {
      const video = await readVideo(join(process.env.LOOKHEAR_SHARED ?? '', 'data/pairs/videos', name));
      expect(video).toMatchObject({ width, height, notes: [] });
      const sights = await all(sightsOf(video, { every: 0.5, windowSeconds: 5 }));
      expect(sights).toHaveLength(2 * seconds);
      expect(sights.every(({ sound }) => sound?.samples.length === 80000)).toBe(true);
    });
  },
);
