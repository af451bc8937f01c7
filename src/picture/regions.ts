/**
 * Connected regions of a heat map. Pixels above the threshold belong together when they touch, corners included
 * (8-neighbourhood). The map is read once, row by row, as runs of neighbouring pixels; runs that touch a run of the row
 * above are joined with it, so the memory grows with the number of regions and not with the number of pixels.
 */
import type { Box, PixelMap } from './picture.ts';

export interface ConnectedRegion extends Box {
  /** Number of pixels above the threshold in the region. */
  readonly area: number;
  /** Largest value in the region. */
  readonly peak: number;
}

/** A pixel belongs to a region where its value is above both thresholds. */
export interface RegionOptions {
  /** Absolute threshold, in the units of the map. Unset: 0. */
  readonly threshold?: number;
  /** Threshold as a fraction (0..1) of the largest value of the map. Unset: 0. */
  readonly fractionOfPeak?: number;
  /** Regions of fewer pixels are left out. Unset: 1, all are kept. */
  readonly minimumArea?: number;
}

/** A region as it grows; when two meet, one absorbs the other and `absorbedBy` leads to the survivor. */
interface GrowingRegion {
  xmin: number;
  ymin: number;
  xmax: number;
  ymax: number;
  area: number;
  peak: number;
  absorbedBy: GrowingRegion | undefined;
}

interface Run {
  readonly xmin: number;
  readonly xmax: number;
  readonly region: GrowingRegion;
}

/** Connected regions of a map, that with the largest peak first. The maximum of a box is exclusive. */
export function findRegions(map: PixelMap, options: RegionOptions = {}): ConnectedRegion[] {
  const { threshold = 0, fractionOfPeak = 0, minimumArea = 1 } = options;
  const level = fractionOfPeak > 0 ? Math.max(threshold, fractionOfPeak * largest(map.data)) : threshold;
  const regions: GrowingRegion[] = [];
  let above: Run[] = [];
  for (let y = 0; y < map.height; y++) {
    const runs: Run[] = [];
    const row = y * map.width;
    let firstAbove = 0;
    let x = 0;
    while (x < map.width) {
      if (!(map.data[row + x] > level)) {
        x++;
        continue;
      }
      const xmin = x;
      let peak = map.data[row + x];
      for (x++; x < map.width && map.data[row + x] > level; x++) peak = Math.max(peak, map.data[row + x]);
      let region: GrowingRegion = { xmin, ymin: y, xmax: x, ymax: y + 1, area: x - xmin, peak, absorbedBy: undefined };
      // Runs above that end before this one's left corner cannot touch this run or any later one.
      while (firstAbove < above.length && above[firstAbove].xmax < xmin) firstAbove++;
      let isNew = true;
      for (let index = firstAbove; index < above.length && above[index].xmin <= x; index++) {
        const neighbour = survivor(above[index].region);
        if (neighbour === region) continue;
        absorb(neighbour, region);
        region = neighbour;
        isNew = false;
      }
      if (isNew) regions.push(region);
      runs.push({ xmin, xmax: x, region });
    }
    above = runs;
  }
  return regions
    .filter((region) => region.absorbedBy === undefined && region.area >= minimumArea)
    .map(({ xmin, ymin, xmax, ymax, area, peak }) => ({ xmin, ymin, xmax, ymax, area, peak }))
    .sort((first, second) => second.peak - first.peak || second.area - first.area);
}

function largest(values: Float32Array): number {
  let result = 0;
  for (let index = 0; index < values.length; index++) if (values[index] > result) result = values[index];
  return result;
}

function survivor(region: GrowingRegion): GrowingRegion {
  let root = region;
  while (root.absorbedBy !== undefined) root = root.absorbedBy;
  // Every step of the way now leads straight to the survivor, so that long chains are walked only once.
  for (let step = region; step.absorbedBy !== undefined; ) {
    const next: GrowingRegion = step.absorbedBy;
    step.absorbedBy = root;
    step = next;
  }
  return root;
}

function absorb(region: GrowingRegion, absorbed: GrowingRegion): void {
  region.xmin = Math.min(region.xmin, absorbed.xmin);
  region.ymin = Math.min(region.ymin, absorbed.ymin);
  region.xmax = Math.max(region.xmax, absorbed.xmax);
  region.ymax = Math.max(region.ymax, absorbed.ymax);
  region.area += absorbed.area;
  region.peak = Math.max(region.peak, absorbed.peak);
  absorbed.absorbedBy = region;
}
