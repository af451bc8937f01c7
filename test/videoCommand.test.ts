/**
 * `lookhear localize VIDEO` as other programs meet it, against a model that is small enough to be written here and clips
 * that are made with the system's ffmpeg.
 */
import { spawn } from 'node:child_process';
import { copyFileSync, existsSync, readFileSync, truncateSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { tinyDescription, tinyPictureNetwork, tinySoundNetwork } from '../src/localize/tinyModel.fixtures.ts';
import { readPicture } from '../src/media/readPicture.ts';
import { readVideo } from '../src/media/readVideo.ts';
import { colour, h264, hasFfmpeg, makeClip, needsFfmpeg, sine } from '../src/media/video.fixtures.ts';
import { writeModelFolder } from '../src/weights/modelFolder.node.ts';
import { command, type Outcome, runCommand } from './runCommand.ts';

vi.setConfig({ testTimeout: 180_000, hookTimeout: 120_000 });

let inputs = '';
let folder = '';
const input = (name: string): string => join(inputs, name);
const environment = () => ({ ...process.env, LOOKHEAR_MODEL: input('tiny') });
const lookhear = (...words: string[]): Promise<Outcome> => runCommand(words, folder, environment());
const linesOf = (text: string) =>
  text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));

/** A red square on grey for two seconds, then a blue one on black for two; a low tone, which is red's, for three seconds. */
function squares(): string {
  const square = (name: string): string[] => colour(name, 2, '16x16');
  const filter = '[0]pad=64:64:8:16:gray[a];[1]pad=64:64:8:16:black[b];[a][b]concat=n=2[v]';
  return makeClip(input('squares.mp4'), [
    ...[...square('red'), ...square('blue'), ...sine(300, 3), '-filter_complex', filter],
    ...['-map', '[v]', '-map', '2:a', ...h264, '-g', '10', '-c:a', 'aac', '-movflags', '+faststart'],
  ]);
}

describe.skipIf(!hasFfmpeg || !existsSync(command))(`lookhear localize VIDEO${needsFfmpeg}`, () => {
  beforeAll(async () => {
    inputs = await mkdtemp(join(tmpdir(), 'lookhear-inputs-'));
    const networks = { picture: tinyPictureNetwork(), sound: tinySoundNetwork() };
    await writeModelFolder(input('tiny'), tinyDescription, networks, 'A model for tests.');
    squares();
  });
  afterAll(() => rm(inputs, { recursive: true, force: true }));
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'lookhear-work-'));
    return () => rm(folder, { recursive: true, force: true });
  });

  it('writes the heat over the video and says what it found when', async () => {
    const { code, stdout, stderr } = await lookhear('localize', input('squares.mp4'));
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(/^ {2}0:00\.0-0:0[12]\.\d +here +red$/m);
    expect(stdout).toMatch(/not in the picture +red$/m);
    expect(stdout).toMatch(/0:04\.0 +silent$/m);
    expect(stdout).toMatch(/^ {2}note +The sound ends at 3\.\d\d s, the picture at 4\.00 s\.$/m);
    expect(stdout).toMatch(/^ {2}wrote squares-heat\.mp4 {2}\([\d.]+ s, 16 maps, [\d.]+ x real time, model tiny,/m);
    expect(await readdir(folder)).toEqual(['squares-heat.mp4']);
    const [before, after] = await Promise.all(
      [input('squares.mp4'), join(folder, 'squares-heat.mp4')].map((path) => readVideo(path)),
    );
    expect(after).toMatchObject({ width: 64, height: 64, sound: { codec: 'aac' } });
    const originals = before.frames();
    let count = 0;
    for await (const { time, picture } of after.frames()) {
      const { value: original } = await originals.next();
      expect(time).toBeCloseTo(original.time, 2);
      const middle = 3 * (24 * 64 + 16);
      const change = [0, 1, 2].reduce(
        (sum, c) => sum + Math.abs(picture.data[middle + c] - original.picture.data[middle + c]),
        0,
      );
      // Hot while red is there, plain from the very frame of the cut on.
      if (time < 1.9) expect(change).toBeGreaterThan(80);
      if (time >= 2) expect(change).toBeLessThan(60);
      count++;
    }
    expect(count).toBe(100);
  });

  it('writes a line for each moment and one for the whole, and the timeline', async () => {
    const words = ['--every', '0.5', '--json', 'out.ndjson', '--figure', 'timeline.png'];
    const { code } = await lookhear('localize', input('squares.mp4'), ...words);
    expect(code).toBe(0);
    expect((await readdir(folder)).sort()).toEqual(['out.ndjson', 'timeline.png']);
    const lines = linesOf(await readFile(join(folder, 'out.ndjson'), 'utf8'));
    const moments = lines.slice(0, -1);
    expect(moments.map(({ time }) => time)).toEqual([0, 0.5, 1, 1.5, 2, 2.5, 3, 3.5]);
    expect(moments[0]).toMatchObject({ schema: 'lookhear/moment@1', answer: 'here', newScene: false });
    expect(moments[0].classes[0]).toMatchObject({ label: 'red' });
    expect(moments[0].regions[0]).toMatchObject({ label: 'red' });
    expect(moments[4]).toMatchObject({ answer: 'not in the picture', newScene: true, regions: [] });
    expect(moments[7]).toMatchObject({ answer: 'silent', confidence: 1, presence: 0 });
    expect(lines.at(-1)).toMatchObject({
      schema: 'lookhear/video@1',
      every: 0.5,
      moments: 8,
      heat: null,
      damage: null,
      sound: { track: 1, tracks: 1, codec: 'aac' },
      picture: { width: 64, height: 64, seconds: 4 },
      model: { name: 'tiny' },
    });
    const { stretches, seconds } = lines.at(-1);
    expect(stretches[0]).toMatchObject({ start: 0, answer: 'here' });
    expect(seconds.here + seconds.unsure + seconds['not in the picture'] + seconds.silent).toBeCloseTo(4, 3);
    expect(await readPicture(join(folder, 'timeline.png'))).toMatchObject({ width: 1100 });
  });

  it('prints only lines of JSON where it is asked for them, wherever --json stands', async () => {
    for (const words of [
      ['localize', '--json', input('squares.mp4')],
      ['localize', input('squares.mp4'), '--json'],
    ]) {
      const { code, stdout } = await lookhear(...words, '--every', '1');
      expect(code).toBe(0);
      expect(linesOf(stdout).map(({ schema }) => schema)).toEqual([
        ...Array(4).fill('lookhear/moment@1'),
        'lookhear/video@1',
      ]);
    }
    expect(await readdir(folder)).toEqual([]);
  });

  it('says that there is no sound track, and is silent throughout', async () => {
    makeClip(input('mute.mp4'), [...colour('red', 1), ...h264]);
    const { code, stdout } = await lookhear('localize', input('mute.mp4'));
    expect(code).toBe(0);
    expect(stdout).toContain('There is no sound track, so every moment is silent.');
    expect(stdout).toMatch(/all +silent 100 %/);
  });

  it('shows a still picture as long as its sound goes on', async () => {
    makeClip(input('still.mp4'), [...colour('red', 0.04), ...sine(300, 2), ...h264, '-c:a', 'aac']);
    const { code } = await lookhear('localize', input('still.mp4'), '-o', 'out.mp4');
    expect(code).toBe(0);
    const { picture } = await readVideo(join(folder, 'out.mp4'));
    expect(picture.end).toBeGreaterThan(1.7);
  });

  it('does what can be read of a broken file, writes it, and ends with 3', async () => {
    copyFileSync(input('squares.mp4'), input('broken.mp4'));
    truncateSync(input('broken.mp4'), Math.floor(0.7 * readFileSync(input('squares.mp4')).length));
    const { code, stdout } = await lookhear('localize', input('broken.mp4'), '-o', 'out.mp4', '--json', 'out.ndjson');
    expect(code).toBe(3);
    expect(stdout).toMatch(/note +The file breaks off or is damaged after about \d:\d\d/);
    const summary = linesOf(await readFile(join(folder, 'out.ndjson'), 'utf8')).at(-1);
    expect(summary.damage).toMatch(/\w/);
    expect((await readVideo(join(folder, 'out.mp4'))).seconds).toBeGreaterThan(0.5);
  });

  it('leaves nothing behind when it is stopped', async () => {
    makeClip(input('long.mp4'), [...colour('red', 120, '640x480'), ...sine(300, 120), ...h264, '-c:a', 'aac']);
    const words = ['localize', input('long.mp4'), '-o', 'out.mp4', '--json', 'out.ndjson'];
    const child = spawn(process.execPath, [command, ...words], { cwd: folder, env: environment(), detached: true });
    let stderr = '';
    child.stderr.on('data', (text) => {
      stderr += text;
    });
    const ended = new Promise((resolve) => child.on('close', resolve));
    while ((await readdir(folder)).length < 2) await new Promise((resolve) => setTimeout(resolve, 50));
    // As a terminal does it: to the whole group.
    process.kill(-child.pid!, 'SIGINT');
    expect(await ended).toBe(130);
    expect(stderr).toBe('stopped\n');
    expect(await readdir(folder)).toEqual([]);
  });

  it.each([
    ['a map', 'USAGE', ['squares.mp4', '--map', 'm.npy']],
    ['a name that is no video', 'USAGE', ['squares.mp4', '-o', 'out.png']],
    ['a pace of nothing', 'USAGE', ['squares.mp4', '--every', '0']],
    ['the input for the output', 'USAGE', ['squares.mp4', '-o', 'squares.mp4', '--force']],
    ['a playlist', 'USAGE', ['list.mp4']],
    ['an empty file', 'INPUT_EMPTY', ['empty.mp4']],
    ['a file that is not there', 'INPUT_MISSING', ['none.mp4']],
  ])('refuses %s', async (_, code, [name, ...words]) => {
    await writeFile(input('list.mp4'), '#EXTM3U\nsquares.mp4\n');
    await writeFile(input('empty.mp4'), '');
    const paths = words.map((word) => (word === 'squares.mp4' ? input(word) : word));
    const outcome = await lookhear('localize', input(name), ...paths);
    expect(outcome.stderr).toMatch(new RegExp(`^error  .*\\.   \\(${code}\\)\\nhint   .+\\n$`));
    expect(outcome).toMatchObject({ code: 2, stdout: '' });
    expect(await readdir(folder)).toEqual([]);
  });

  it('says what to install where there is no ffmpeg', async () => {
    const words = ['localize', input('squares.mp4')];
    const outcome = await runCommand(words, folder, { ...environment(), PATH: folder });
    expect(outcome.code).toBe(5);
    expect(outcome.stderr).toMatch(/needs ffprobe, a part of ffmpeg, and it is not on PATH\. +\(FFMPEG_MISSING\)/);
  });
});
