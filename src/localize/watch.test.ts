import { describe, expect, it } from 'vitest';
import type { Picture } from '../picture/picture.ts';
import { paintOver } from './paintOver.ts';
import { createHeatSmoother } from './smoothHeat.ts';
import { blue, pictureWithSquare, red, tinyModel, tone } from './tinyModel.fixtures.ts';
import { type Moment, type Sight, watch } from './watch.ts';

/** Sees the left or the right half red and everything grey otherwise; hears red in every sound. */
function sensesThatCount() {
  const asked = { hear: 0, see: 0 };
  const labels = tinyModel.picture.labels.length;
  const senses = {
    model: tinyModel,
    hear: async () => {
      asked.hear++;
      const probabilities = Float32Array.from(tinyModel.sound.labels, (label) => (label === 'red' ? 1 : 0));
      return { seconds: 1, patches: [{ start: 0, end: 1, level: -20, heard: { probabilities, other: 0 } }] };
    },
    see: async ({ data, width }: Picture) => {
      asked.see++;
      const probabilities = new Float32Array(labels * 16 * 16);
      for (let cell = 0; cell < 256; cell++) {
        const pixel = 3 * (Math.floor(cell / 16) * (width / 16) * width + (cell % 16) * (width / 16));
        probabilities[cell] = data[pixel] > 200 && data[pixel + 2] < 50 ? 1 : 0;
      }
      return { columns: 16, rows: 16, probabilities, background: new Float32Array(256) };
    },
  };
  return { senses, asked };
}

const whole = { ...tone(300, 0.1, 4), start: 0 };

async function* stream<Value>(values: readonly Value[]): AsyncGenerator<Value> {
  yield* values;
}

async function all<Value>(values: AsyncIterable<Value>): Promise<Value[]> {
  const collected: Value[] = [];
  for await (const value of values) collected.push(value);
  return collected;
}

async function momentsOf(sights: readonly Sight[], signal?: AbortSignal): Promise<Moment[]> {
  return all(watch(sensesThatCount().senses, stream(sights), { signal }));
}

const peak = ({ heat }: Moment, left: number): number => {
  let most = 0;
  for (let y = 0; y < heat.height; y++) {
    for (let x = 0; x < heat.width / 2; x++)
      most = Math.max(most, heat.data[y * heat.width + x + (left * heat.width) / 2]);
  }
  return most;
};

const dark = (picture: Picture): Picture => ({
  ...picture,
  data: picture.data.map((value) => (value === 128 ? 5 : value)),
});

describe('watching', () => {
  it('gives each moment its answer, its presence and its heat', async () => {
    const picture = pictureWithSquare(red, 0);
    const [moment] = await momentsOf([{ time: 0, picture, sound: whole }]);
    expect(moment).toMatchObject({ time: 0, answer: 'here', isNewScene: false });
    expect(moment.presence).toBeGreaterThan(0.9);
    expect(moment.heat).toMatchObject({ width: 64, height: 64 });
    expect(moment.regions[0].label).toBe('red');
  });

  it('is silent without a sound, and a second away from one', async () => {
    const picture = pictureWithSquare(red, 0);
    const { senses, asked } = sensesThatCount();
    const sights = [
      { time: 0, picture, sound: null },
      { time: 5.5, picture, sound: { ...whole, start: 0 } },
    ];
    const moments = await all(watch(senses, stream(sights)));
    expect(moments.map(({ answer }) => answer)).toEqual(['silent', 'silent']);
    expect(asked.hear).toBe(0);
  });

  it('mixes heat into what was before, but not over a cut', async () => {
    const [left, right] = [pictureWithSquare(red, 0), pictureWithSquare(red, 0.75)];
    const flowing = await momentsOf([
      { time: 0, picture: left, sound: whole },
      { time: 0.25, picture: right, sound: whole },
    ]);
    expect(flowing[1].isNewScene).toBe(false);
    expect(peak(flowing[1], 0)).toBeGreaterThan(0.5);
    const cut = await momentsOf([
      { time: 0, picture: left, sound: whole },
      { time: 0.25, picture: dark(right), sound: whole },
    ]);
    expect(cut[1].isNewScene).toBe(true);
    expect(peak(cut[1], 0)).toBeLessThan(0.05);
    expect(peak(cut[1], 1)).toBeGreaterThan(0.9);
  });

  it('hears again only when its window has moved by a tenth', async () => {
    const { senses, asked } = sensesThatCount();
    const sights = [0, 0.05, 0.1, 0.15].map((start) => ({
      time: 1 + start,
      picture: pictureWithSquare(red, 0),
      sound: { ...tone(300, 0.1, 1), start: 0.5 + start },
    }));
    await all(watch(senses, stream(sights)));
    expect(asked).toEqual({ hear: 2, see: 4 });
  });

  it('stops where the signal says so', async () => {
    const sights = [{ time: 0, picture: pictureWithSquare(red, 0), sound: null }];
    await expect(momentsOf(sights, AbortSignal.abort())).rejects.toMatchObject({ code: 'ABORTED' });
  });
});

describe('smoothing', () => {
  const map = (value: number) => ({ width: 1, height: 1, data: Float32Array.of(value) });

  it('takes the same time whatever the pace', () => {
    const valueAfter = (steps: number): number => {
      const smooth = createHeatSmoother();
      smooth(map(0), 0, false);
      let value = 0;
      for (let step = 1; step <= steps; step++) value = smooth(map(1), step / steps, false).data[0];
      return value;
    };
    expect(valueAfter(1)).toBeCloseTo(1 - Math.exp(-2), 5);
    expect(valueAfter(20)).toBeCloseTo(valueAfter(1), 5);
  });
});

describe('painting', () => {
  const grey = pictureWithSquare(blue, 0);
  const paintedSum = async (frames: readonly { time: number; picture: Picture }[], moments: readonly Moment[]) =>
    (await all(paintOver(stream(frames), stream(moments)))).map(({ time, picture }) => ({
      time,
      change: picture.data.reduce((sum, value, index) => sum + Math.abs(value - frames[0].picture.data[index]), 0),
    }));

  it('goes over from one heat to the next in a straight line', async () => {
    const moments = await momentsOf([
      { time: 0, picture: grey, sound: null },
      { time: 1, picture: pictureWithSquare(red, 0), sound: whole },
    ]);
    const frames = [0, 0.25, 0.5, 0.75, 1].map((time) => ({ time, picture: grey }));
    const painted = await paintedSum(frames, moments);
    expect(painted.map(({ time }) => time)).toEqual([0, 0.25, 0.5, 0.75, 1]);
    expect(painted[0].change).toBe(0);
    for (let index = 1; index < 5; index++) expect(painted[index].change).toBeGreaterThan(painted[index - 1].change);
  });

  it('changes with the cut, not before it and not after', async () => {
    const [old, next] = [pictureWithSquare(red, 0), dark(pictureWithSquare(red, 0.75))];
    const moments = await momentsOf([
      { time: 0, picture: old, sound: whole },
      { time: 1, picture: next, sound: whole },
    ]);
    const frames = [0, 0.3, 0.6, 0.8, 1].map((time) => ({ time, picture: time < 0.7 ? old : next }));
    const painted = await all(paintOver(stream(frames), stream(moments)));
    // The heat is nowhere exactly 0, because the centre is a little likelier than the edge.
    const isPainted = (picture: Picture, at: number, original: Picture): boolean =>
      [0, 1, 2].reduce((sum, channel) => sum + Math.abs(picture.data[at + channel] - original.data[at + channel]), 0) >
      60;
    const [inOld, inNew] = [3 * (20 * 64 + 4), 3 * (20 * 64 + 56)];
    expect(painted.map(({ picture }, index) => isPainted(picture, inOld, frames[index].picture))).toEqual([
      true,
      true,
      true,
      false,
      false,
    ]);
    expect(painted.map(({ picture }, index) => isPainted(picture, inNew, frames[index].picture))).toEqual([
      false,
      false,
      false,
      true,
      true,
    ]);
  });

  it('paints a still anew at every moment that passes over it', async () => {
    const moments = await momentsOf([0, 0.25, 0.5, 0.75].map((time) => ({ time, picture: grey, sound: null })));
    const painted = await paintedSum([{ time: 0, picture: grey }], moments);
    expect(painted.map(({ time }) => time)).toEqual([0, 0.25, 0.5, 0.75]);
    const slow = await paintedSum(
      [0, 0.2, 0.7].map((time) => ({ time, picture: grey })),
      moments,
    );
    expect(slow.map(({ time }) => time)).toEqual([0, 0.2, 0.5, 0.7]);
  });
});
