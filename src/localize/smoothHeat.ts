/**
 * Heat that does not flicker: each new map is mixed into the one before it, with a weight that depends on the time between
 * them (exponential smoothing). After a cut nothing of the old scene is left: the first map of a scene is taken as it is.
 */
import type { PixelMap } from '../picture/picture.ts';

/** After this time, 63 % of the heat are new. Seconds; two maps of the default pace. */
const timeConstant = 0.5;

/**
 * @returns a function that takes the maps in time order: each with its time in seconds and whether a new scene began. It
 * gives a map of the same size, its values between those of the maps so far; its memory is its own.
 */
export function createHeatSmoother(): (heat: PixelMap, time: number, isNewScene: boolean) => PixelMap {
  let before: { readonly heat: PixelMap; readonly time: number } | undefined;
  return (heat, time, isNewScene) => {
    const isContinued = before !== undefined && !isNewScene && before.heat.data.length === heat.data.length;
    const smoothed = isContinued ? mixHeat(before!.heat, heat, newShare(time - before!.time)) : heat;
    before = { heat: smoothed, time };
    return smoothed;
  };
}

const newShare = (seconds: number): number => 1 - Math.exp(-Math.max(0, seconds) / timeConstant);

/** (1 - share) a + share b, for maps of the same size. @param target where it goes, of that size; unset: new memory */
export function mixHeat(a: PixelMap, b: PixelMap, share: number, target = new Float32Array(a.data.length)): PixelMap {
  const [from, to] = [a.data, b.data];
  for (let pixel = 0; pixel < target.length; pixel++) target[pixel] = from[pixel] + share * (to[pixel] - from[pixel]);
  return { width: a.width, height: a.height, data: target };
}
