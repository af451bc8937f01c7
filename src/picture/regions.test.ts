import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type ConnectedRegion, findRegions } from './regions.ts';

/** A map drawn as text: digits are tenths, a dot is 0. */
function drawn(...rows: string[]) {
  const data = Float32Array.from(rows.join(''), (sign) => (sign === '.' ? 0 : Number(sign) / 10));
  return { width: rows[0].length, height: rows.length, data };
}

describe('regions of a map', () => {
  it('are boxes with an exclusive maximum, area and peak, strongest first', () => {
    const regions = findRegions(drawn('55....', '.5....', '.....8'), { threshold: 0.4 });
    expect(regions).toEqual([
      { xmin: 5, ymin: 2, xmax: 6, ymax: 3, area: 1, peak: Math.fround(0.8) },
      { xmin: 0, ymin: 0, xmax: 2, ymax: 2, area: 3, peak: 0.5 },
    ]);
  });

  it('join across corners', () => {
    expect(findRegions(drawn('5..', '.5.', '5.5'))).toHaveLength(1);
    expect(findRegions(drawn('5.5', '...', '5.5'))).toHaveLength(4);
  });

  it('join late: the two arms of a U, and a spiral', () => {
    expect(findRegions(drawn('5.5', '5.5', '555'))).toMatchObject([{ area: 7, xmax: 3, ymax: 3 }]);
    expect(findRegions(drawn('55555', '....5', '555.5', '5...5', '55555'))).toHaveLength(1);
    expect(findRegions(drawn('5.5.5.5', '5.5.555', '5.555..', '555....'))).toHaveLength(1);
  });

  it('lie strictly above the threshold, absolute or as a fraction of the peak', () => {
    const map = drawn('2.4.8');
    expect(findRegions(map, { threshold: 0.5 })).toHaveLength(1);
    expect(findRegions(map, { fractionOfPeak: 0.4 })).toHaveLength(2);
    expect(findRegions(map, { threshold: 0.6, fractionOfPeak: 0.1 })).toHaveLength(1);
    expect(findRegions(map)).toHaveLength(3);
  });

  it('are none where nothing is above it, or is no number', () => {
    expect(findRegions(drawn('...'), { fractionOfPeak: 0.5 })).toEqual([]);
    expect(findRegions({ width: 2, height: 1, data: new Float32Array(2).fill(Number.NaN) })).toEqual([]);
  });

  it('may leave out specks', () => {
    expect(findRegions(drawn('9.55'), { minimumArea: 2 })).toMatchObject([{ area: 2 }]);
  });

  it('are those of a flood fill', () => {
    const cells = fc.array(fc.constantFrom(0, 0, 0.5, 0.7, 0.9), { minLength: 130, maxLength: 130 });
    const bySize = (one: ConnectedRegion, other: ConnectedRegion) =>
      one.ymin - other.ymin ||
      one.xmin - other.xmin ||
      one.ymax - other.ymax ||
      one.xmax - other.xmax ||
      one.area - other.area;
    fc.assert(
      fc.property(cells, (values) => {
        const map = { width: 13, height: 10, data: Float32Array.from(values) };
        expect(findRegions(map, { threshold: 0.4 }).sort(bySize)).toEqual(floodFill(map, 0.4).sort(bySize));
      }),
      { seed: 2, numRuns: 100 },
    );
  });
});

function floodFill(map: { width: number; height: number; data: Float32Array }, threshold: number): ConnectedRegion[] {
  const seen = new Set<number>();
  const regions: ConnectedRegion[] = [];
  map.data.forEach((_, start) => {
    const members: number[] = [];
    const waiting = [start];
    for (let index = waiting.pop(); index !== undefined; index = waiting.pop()) {
      if (seen.has(index) || !(map.data[index] > threshold)) continue;
      seen.add(index);
      members.push(index);
      const [x, y] = [index % map.width, Math.floor(index / map.width)];
      for (let ny = Math.max(0, y - 1); ny <= Math.min(map.height - 1, y + 1); ny++) {
        for (let nx = Math.max(0, x - 1); nx <= Math.min(map.width - 1, x + 1); nx++) waiting.push(ny * map.width + nx);
      }
    }
    if (members.length === 0) return;
    const xs = members.map((index) => index % map.width);
    const ys = members.map((index) => Math.floor(index / map.width));
    regions.push({
      xmin: Math.min(...xs),
      ymin: Math.min(...ys),
      xmax: Math.max(...xs) + 1,
      ymax: Math.max(...ys) + 1,
      area: members.length,
      peak: Math.max(...members.map((index) => map.data[index])),
    });
  });
  return regions;
}
