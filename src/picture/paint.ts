/**
 * A heat map made visible: painted over the picture it belongs to, or on its own. Heat is a probability and is never
 * stretched to its own maximum, so a picture without a match stays as it was.
 */
import { LookhearError } from '../errors.ts';
import { type ColourMapName, colourIndex, colourTable } from './colourMaps.ts';
import type { Picture, PixelMap } from './picture.ts';
import { resizeMap } from './resize.ts';

export interface PaintOptions {
  /** Unset: inferno, dark where it is quiet. */
  readonly colourMap?: ColourMapName;
  /** Opacity where heat is 1, from 0 (nothing is painted) to 1 (nothing of the picture is left). Unset: 0.7. */
  readonly strength?: number;
}

/** Opacity grows as heat to this power: the eye misses a thin film of colour over a busy picture. */
const opacityExponent = 0.6;

/**
 * A picture with heat painted over it. The opacity of a pixel is strength * heat ** 0.6 and its colour that of its heat,
 * so the picture is unchanged where heat is 0.
 * @param heat 0..1 (values outside are clipped); one of another size than the picture is resized to it
 * @returns a new picture of the same size
 * @throws LookhearError USAGE for a strength outside 0..1 or an unknown colour map
 */
export function paint(picture: Picture, heat: PixelMap, options: PaintOptions = {}): Picture {
  const { width, height } = picture;
  const { colourMap = 'inferno', strength = 0.7 } = options;
  if (!(strength >= 0 && strength <= 1)) {
    throw new LookhearError('USAGE', `Expected \`strength\` between 0 and 1, got ${strength}.`);
  }
  const fitted = heat.width === width && heat.height === height ? heat : resizeMap(heat, width, height);
  const { kept, added } = blendTable(colourTable(colourMap), strength);
  const source = picture.data;
  const values = fitted.data;
  const data = new Uint8Array(source.length);
  for (let pixel = 0, at = 0; at < data.length; pixel++, at += 3) {
    const index = colourIndex(values[pixel]);
    const share = kept[index];
    data[at] = (share * source[at] + added[3 * index]) >> 16;
    data[at + 1] = (share * source[at + 1] + added[3 * index + 1]) >> 16;
    data[at + 2] = (share * source[at + 2] + added[3 * index + 2]) >> 16;
  }
  return { width, height, data };
}

// For each of the 256 colours, what is kept of the picture and what is added to it, as fractions of 2^16.
function blendTable(table: Uint8Array, strength: number): { kept: Int32Array; added: Int32Array } {
  const opacity = Float64Array.from({ length: 256 }, (_, index) => strength * (index / 255) ** opacityExponent);
  const kept = Int32Array.from(opacity, (share) => Math.round(2 ** 16 * (1 - share)));
  const added = Int32Array.from(table, (channel, index) => channel * (2 ** 16 - kept[Math.floor(index / 3)]) + 2 ** 15);
  return { kept, added };
}

/** A map in the colours of a colour map, without the picture. Values outside 0..1 are clipped. */
export function mapToColours(map: PixelMap, colourMap: ColourMapName): Picture {
  const table = colourTable(colourMap);
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
