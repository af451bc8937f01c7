/**
 * The heat of the moments over every frame of a video. Between two moments the heat goes over from one to the other in a
 * straight line; where a new scene begins between them, it changes with the first frame that looks more like the new
 * scene than like the old one.
 */
import { paint } from '../picture/paint.ts';
import type { Picture, PixelMap } from '../picture/picture.ts';
import { colourLayout, layoutDistance } from '../picture/sceneCut.ts';
import { mixHeat } from './smoothHeat.ts';
import type { Moment } from './watch.ts';

/** A picture of a video and its time in seconds. */
export interface TimedPicture {
  readonly time: number;
  readonly picture: Picture;
}

/** A frame that stays this part of the time between two moments is painted anew for the second. */
const longStill = 0.9;

/**
 * Both streams in time order, both read only as they are needed: moments run ahead of the frames by one. A frame that
 * stays on screen while moments pass (a still picture, a low frame rate) is given again at their times, the last one
 * until the moments end.
 */
export async function* paintOver(
  frames: AsyncIterable<TimedPicture>,
  moments: AsyncIterable<Moment>,
): AsyncGenerator<TimedPicture> {
  const stream = moments[Symbol.asyncIterator]();
  let before: Moment | undefined;
  let after: Moment | undefined = (await stream.next()).value;
  let isNewSceneReached = false;
  let mixed: Float32Array<ArrayBuffer> | undefined;
  let given = Number.NEGATIVE_INFINITY;

  async function advance(time: number): Promise<void> {
    while (after !== undefined && after.time <= time) {
      before = after;
      isNewSceneReached = false;
      const { done, value } = await stream.next();
      after = done ? undefined : value;
    }
  }

  function heatAt(picture: Picture, time: number): PixelMap | undefined {
    if (before === undefined || after === undefined) return (before ?? after)?.heat;
    if (after.isNewScene) {
      isNewSceneReached ||= looksMoreLike(after, before, picture);
      return isNewSceneReached ? after.heat : before.heat;
    }
    mixed ??= new Float32Array(before.heat.data.length);
    return mixHeat(before.heat, after.heat, (time - before.time) / (after.time - before.time), mixed);
  }

  async function painted(picture: Picture, time: number): Promise<TimedPicture> {
    await advance(time);
    given = time;
    const heat = heatAt(picture, time);
    return { time, picture: heat === undefined ? picture : paint(picture, heat) };
  }

  async function* shown(picture: Picture, from: number, until: number): AsyncGenerator<TimedPicture> {
    yield await painted(picture, from);
    while (after !== undefined && after.time < until) {
      const { time } = after;
      const isLong: boolean = before !== undefined && time - given >= longStill * (time - before.time);
      if (isLong) yield await painted(picture, time);
      else await advance(time);
    }
  }

  let frame: TimedPicture | undefined;
  try {
    for await (const following of frames) {
      if (frame !== undefined) yield* shown(frame.picture, frame.time, following.time);
      frame = following;
    }
    if (frame !== undefined) yield* shown(frame.picture, frame.time, Number.POSITIVE_INFINITY);
  } finally {
    await stream.return?.();
  }
}

function looksMoreLike(one: Moment, other: Moment, picture: Picture): boolean {
  const layout = colourLayout(picture);
  return layoutDistance(layout, one.layout) < layoutDistance(layout, other.layout);
}
