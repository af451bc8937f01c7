/**
 * Gaussian blur of a map, to join neighbouring cells before regions are cut out. Separable, cut off at four standard
 * deviations as in scipy.ndimage; at the edges the weights that fall outside are left out and the rest scaled to add up
 * to 1, so that a constant stays constant and nothing darkens at the border.
 */
import type { PixelMap } from './picture.ts';
import { filterSeparably, kernelTaps, type Taps } from './separable.ts';

const CUT_OFF_IN_SIGMAS = 4;

function gaussianTaps(length: number, sigma: number): Taps {
  return kernelTaps(
    length,
    length,
    Math.round(CUT_OFF_IN_SIGMAS * sigma) + 0.5,
    (index) => index + 0.5,
    (distance) => Math.exp(-0.5 * (distance / sigma) ** 2),
  );
}

/**
 * @param sigma standard deviation in cells of the map, above 0
 * @returns a map of the same size; its values stay within the range they had
 */
export function blurMap(map: PixelMap, sigma: number): PixelMap {
  const horizontal = gaussianTaps(map.width, sigma);
  const vertical = gaussianTaps(map.height, sigma);
  return { ...map, data: filterSeparably(map.data, map.width, 1, horizontal, vertical) };
}
