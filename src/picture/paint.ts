/**
 * A heat map made visible: painted over the picture it belongs to, or on its own. Heat is a probability and is never
 * stretched to its own maximum, so a picture without a match stays as it was.
 */
import { type ColourMapName, colourIndex, colourMaps } from './colourMaps.ts';
import type { Picture, PixelMap } from './picture.ts';
import { resizeMap } from './resize.ts';

export interface PaintOptions {
  /** Unset: inferno, dark where it is quiet. */
  readonly colourMap?: ColourMapName;
  /** Opacity where heat is 1, from 0 (nothing is painted) to 1 (nothing of the picture is left). Unset: 0.85. */
  readonly strength?: number;
}

/** Opacity grows as heat to this power: the eye misses a thin film of colour over a busy picture. */
const opacityExponent = 0.6;

/**
 * A picture with heat painted over it. The opacity of a pixel is strength * heat ** 0.6 and its colour that of its heat,
 * so the picture is unchanged where heat is 0.
 * @param heat 0..1 (values outside are clipped); one of another size than the picture is resized to it
 * @returns a new picture of the same size
 */
export function paint(picture: Picture, heat: PixelMap, options: PaintOptions = {}): Picture {
  const { width, height } = picture;
  const table = colourMaps[options.colourMap ?? 'inferno'];
  const strength = Math.min(1, Math.max(0, options.strength ?? 0.85));
  const fitted = heat.width === width && heat.height === height ? heat : resizeMap(heat, width, height);
  // What remains of the picture and what is added to it, for each of the 256 colours.
  const kept = Float64Array.from({ length: 256 }, (_, index) => 1 - strength * (index / 255) ** opacityExponent);
  const added = Float64Array.from(table, (channel, index) => channel * (1 - kept[Math.floor(index / 3)]) + 0.5);
  const data = new Uint8Array(picture.data.length);
  for (let pixel = 0, at = 0; at < data.length; pixel++, at += 3) {
    const index = colourIndex(fitted.data[pixel]);
    const share = kept[index];
    data[at] = share * picture.data[at] + added[3 * index];
    data[at + 1] = share * picture.data[at + 1] + added[3 * index + 1];
    data[at + 2] = share * picture.data[at + 2] + added[3 * index + 2];
  }
  return { width, height, data };
}

/** A map in the colours of a colour map, without the picture. Values outside 0..1 are clipped. */
export function mapToColours(map: PixelMap, colourMap: ColourMapName): Picture {
  const table = colourMaps[colourMap];
  const data = new Uint8Array(3 * map.data.length);
  for (let pixel = 0; pixel < map.data.length; pixel++) {
    const from = 3 * colourIndex(map.data[pixel]);
    data[3 * pixel] = table[from];
    data[3 * pixel + 1] = table[from + 1];
    data[3 * pixel + 2] = table[from + 2];
  }
  return { width: map.width, height: map.height, data };
}

/** A map as the grey levels 255 * value, rounded; values outside 0..1 are clipped. */
export function mapToGrey(map: PixelMap): Picture {
  return mapToColours(map, 'grey');
}
