/**
 * Whether the picture of a video has changed to another scene. Each picture is cut into 3 x 3 tiles, and in each tile the
 * colours are counted, channel by channel. How far two pictures are apart is how far their colours would have to be moved,
 * in grey levels (the earth mover's distance of the histograms, Rubner et al. 2000), averaged over tiles and channels.
 * What moves within a tile changes nothing, a slow change of light little; another scene changes most tiles.
 */
import type { Picture } from './picture.ts';

/** Histograms of red, green and blue in 3 x 3 tiles: [tile, channel, bin], cumulated over the bins, 0..1. */
export type ColourLayout = Float32Array;

const tilesPerSide = 3;
const bins = 32;
/** Points looked at in each tile, along its longer and its shorter side alike. */
const pointsPerSide = 24;

/**
 * Pictures further apart than this show different scenes, in grey levels of 255. A wrong cut costs little (the heat
 * begins anew), a missed one leaves heat where nothing is, so it lies nearer to what movement does.
 */
export const cutDistance = 20;

export function colourLayout({ width, height, data }: Picture): ColourLayout {
  const layout = new Float32Array(tilesPerSide ** 2 * 3 * bins);
  const points = tilesPerSide * pointsPerSide;
  const share = 1 / pointsPerSide ** 2;
  for (let j = 0; j < points; j++) {
    const y = Math.floor(((j + 0.5) * height) / points);
    for (let i = 0; i < points; i++) {
      const x = Math.floor(((i + 0.5) * width) / points);
      const tile = Math.floor(j / pointsPerSide) * tilesPerSide + Math.floor(i / pointsPerSide);
      for (let channel = 0; channel < 3; channel++) {
        const bin = Math.floor((data[3 * (y * width + x) + channel] * bins) / 256);
        layout[(3 * tile + channel) * bins + bin] += share;
      }
    }
  }
  for (let index = 0; index < layout.length; index++) if (index % bins > 0) layout[index] += layout[index - 1];
  return layout;
}

/** 0 for the same colours in the same places, up to 255 for black and white. */
export function layoutDistance(a: ColourLayout, b: ColourLayout): number {
  let sum = 0;
  for (let index = 0; index < a.length; index++) sum += Math.abs(a[index] - b[index]);
  // The last bin is 1 in both, so black and white differ in all bins but one.
  return (255 * sum) / (a.length - a.length / bins);
}

export function isCut(a: ColourLayout, b: ColourLayout): boolean {
  return layoutDistance(a, b) > cutDistance;
}
