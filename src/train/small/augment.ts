/**
 * Training pictures made of training pictures: crops, a picture set into another, mosaics of two or four, and things
 * cut out and pasted elsewhere. They break what single photographs teach wrongly, that the thing is large, central
 * and alone. Every canvas carries its annotation along.
 */
import type { Random } from '../../layers/random.ts';
import type { Cutout } from '../../media/readLayers.ts';
import type { Picture } from '../../picture/picture.ts';
import { type Annotation, background, type PixelMeaning } from './targets.ts';

export interface AnnotatedPicture {
  readonly picture: Picture;
  readonly annotation: Annotation;
}

export interface CutoutSource {
  readonly cutout: Cutout;
  /** Index of its label. */
  readonly label: number;
}

interface Rectangle {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export const augmentations = ['crop', 'inset', 'two', 'four', 'paste'] as const;

export type AugmentationKind = (typeof augmentations)[number];

/** A square canvas to paint pictures and their meanings on. */
class Canvas {
  readonly side: number;
  readonly pixels: Uint8Array;
  readonly codes: Uint8Array;
  readonly meanings: PixelMeaning[] = [];
  readonly placeless = new Set<number>();

  constructor(side: number) {
    this.side = side;
    this.pixels = new Uint8Array(3 * side * side);
    this.codes = new Uint8Array(side * side);
  }

  codeOf(meaning: PixelMeaning): number {
    const known = this.meanings.findIndex(
      ({ kind, allowed }) => kind === meaning.kind && `${allowed}` === `${meaning.allowed}`,
    );
    return known >= 0 ? known : this.meanings.push(meaning) - 1;
  }

  /** Draws a part of a picture into a rectangle, mirrored if asked for, with brightness and contrast changed. */
  draw(source: AnnotatedPicture, from: Rectangle, to: Rectangle, mirrored: boolean, tone: Tone): void {
    const { picture, annotation } = source;
    const codes = annotation.meanings.map((meaning) => this.codeOf(meaning));
    const scaleX = from.width / to.width;
    const scaleY = from.height / to.height;
    const sample = new Float64Array(3);
    for (let y = 0; y < to.height; y++) {
      for (let x = 0; x < to.width; x++) {
        const u = from.x + (mirrored ? to.width - 1 - x + 0.5 : x + 0.5) * scaleX;
        const v = from.y + (y + 0.5) * scaleY;
        const target = (to.y + y) * this.side + to.x + x;
        sampleArea(picture, u, v, scaleX, scaleY, sample);
        for (let channel = 0; channel < 3; channel++) {
          this.pixels[3 * target + channel] = clampByte(sample[channel] * tone.gain[channel] + tone.offset);
        }
        const column = Math.min(annotation.width - 1, Math.floor((u * annotation.width) / picture.width));
        const row = Math.min(annotation.height - 1, Math.floor((v * annotation.height) / picture.height));
        this.codes[target] = codes[annotation.codes[row * annotation.width + column]];
      }
    }
    for (const label of annotation.placeless) this.placeless.add(label);
  }

  /** Pastes a cut-out; pixels that it covers by half or more are its label. */
  paste({ cutout, label }: CutoutSource, to: Rectangle, mirrored: boolean): void {
    const code = this.codeOf({ kind: 'label', allowed: [label] });
    for (let y = Math.max(0, -to.y); y < Math.min(to.height, this.side - to.y); y++) {
      for (let x = Math.max(0, -to.x); x < Math.min(to.width, this.side - to.x); x++) {
        const column = Math.floor(((mirrored ? to.width - 1 - x : x) * cutout.width) / to.width);
        const row = Math.floor((y * cutout.height) / to.height);
        const at = 4 * (row * cutout.width + column);
        const alpha = cutout.data[at + 3] / 255;
        const target = (to.y + y) * this.side + to.x + x;
        for (let channel = 0; channel < 3; channel++) {
          const under = this.pixels[3 * target + channel];
          this.pixels[3 * target + channel] = Math.round(under + (cutout.data[at + channel] - under) * alpha);
        }
        if (alpha >= 0.5) this.codes[target] = code;
      }
    }
  }

  finish(): AnnotatedPicture {
    const { side, pixels, codes, meanings, placeless } = this;
    return {
      picture: { width: side, height: side, data: pixels },
      annotation: { width: side, height: side, codes, meanings, placeless: [...placeless] },
    };
  }
}

interface Tone {
  readonly gain: readonly number[];
  readonly offset: number;
}

function randomTone(random: Random): Tone {
  const contrast = 0.75 + 0.5 * random();
  return {
    gain: Array.from({ length: 3 }, () => contrast * (0.92 + 0.16 * random())),
    offset: 40 * (random() - 0.5) + 128 * (1 - contrast),
  };
}

const clampByte = (value: number): number => Math.max(0, Math.min(255, Math.round(value)));

/**
 * Mean of bilinear samples over the area that a target pixel covers: enough to shrink four times without aliases.
 * Written into `result`, red, green, blue.
 */
function sampleArea(picture: Picture, u: number, v: number, stepX: number, stepY: number, result: Float64Array): void {
  const { width, height, data } = picture;
  const samplesX = Math.max(1, Math.min(4, Math.ceil(stepX - 0.25)));
  const samplesY = Math.max(1, Math.min(4, Math.ceil(stepY - 0.25)));
  result.fill(0);
  for (let row = 0; row < samplesY; row++) {
    const y = Math.max(0, Math.min(height - 1, v + ((row + 0.5) / samplesY - 0.5) * stepY - 0.5));
    const top = Math.floor(y);
    const upper = 3 * top * width;
    const lower = 3 * Math.min(top + 1, height - 1) * width;
    const down = y - top;
    for (let column = 0; column < samplesX; column++) {
      const x = Math.max(0, Math.min(width - 1, u + ((column + 0.5) / samplesX - 0.5) * stepX - 0.5));
      const left = Math.floor(x);
      const right = Math.min(left + 1, width - 1);
      const across = x - left;
      for (let channel = 0; channel < 3; channel++) {
        const a = data[upper + 3 * left + channel];
        const b = data[upper + 3 * right + channel];
        const c = data[lower + 3 * left + channel];
        const d = data[lower + 3 * right + channel];
        const high = a + (b - a) * across;
        result[channel] += high + (c + (d - c) * across - high) * down;
      }
    }
  }
  const count = samplesX * samplesY;
  for (let channel = 0; channel < 3; channel++) result[channel] /= count;
}

const whole = ({ picture }: AnnotatedPicture): Rectangle => ({
  x: 0,
  y: 0,
  width: picture.width,
  height: picture.height,
});

/** A random part of a picture, between the given shares of each side. */
function randomPart({ picture }: AnnotatedPicture, random: Random, smallest: number): Rectangle {
  const width = picture.width * (smallest + (1 - smallest) * random());
  const height = picture.height * (smallest + (1 - smallest) * random());
  return { x: random() * (picture.width - width), y: random() * (picture.height - height), width, height };
}

export interface AugmentSources {
  /** Draws another training picture. */
  readonly other: () => Promise<AnnotatedPicture>;
  readonly cutout: () => CutoutSource;
}

/** Makes one canvas of side x side pixels with `first` as (one of) its pictures. */
export async function augment(
  kind: AugmentationKind,
  first: AnnotatedPicture,
  sources: AugmentSources,
  side: number,
  random: Random,
): Promise<AnnotatedPicture> {
  const canvas = new Canvas(side);
  const full: Rectangle = { x: 0, y: 0, width: side, height: side };
  const mirrored = (): boolean => random() < 0.5;
  const drawPart = (source: AnnotatedPicture, to: Rectangle, smallest: number): void =>
    canvas.draw(source, randomPart(source, random, smallest), to, mirrored(), randomTone(random));

  if (kind === 'crop') drawPart(first, full, 0.5);
  if (kind === 'inset') {
    canvas.draw(await sources.other(), full, full, mirrored(), randomTone(random));
    const scale = 0.25 + 0.45 * random();
    const width = Math.round(side * scale * (0.8 + 0.4 * random()));
    const height = Math.round(side * scale * (0.8 + 0.4 * random()));
    const to = {
      x: Math.floor(random() * (side - width)),
      y: Math.floor(random() * (side - height)),
      width,
      height,
    };
    canvas.draw(first, whole(first), to, mirrored(), randomTone(random));
  }
  if (kind === 'two') {
    const cut = Math.round(side * (0.35 + 0.3 * random()));
    const isSideBySide = random() < 0.6;
    const parts: Rectangle[] = isSideBySide
      ? [
          { x: 0, y: 0, width: cut, height: side },
          { x: cut, y: 0, width: side - cut, height: side },
        ]
      : [
          { x: 0, y: 0, width: side, height: cut },
          { x: 0, y: cut, width: side, height: side - cut },
        ];
    drawPart(first, parts[0], 0.6);
    drawPart(await sources.other(), parts[1], 0.6);
  }
  if (kind === 'four') {
    const x = Math.round(side * (0.35 + 0.3 * random()));
    const y = Math.round(side * (0.35 + 0.3 * random()));
    const tiles = [
      { x: 0, y: 0, width: x, height: y },
      { x, y: 0, width: side - x, height: y },
      { x: 0, y, width: x, height: side - y },
      { x, y, width: side - x, height: side - y },
    ];
    for (const [index, tile] of tiles.entries()) drawPart(index === 0 ? first : await sources.other(), tile, 0.7);
  }
  if (kind === 'paste') {
    drawPart(first, full, 0.7);
    const count = random() < 0.6 ? 1 : 2;
    for (let index = 0; index < count; index++) {
      const source = sources.cutout();
      const longest = side * (0.15 + 0.45 * random());
      const scale = longest / Math.max(source.cutout.width, source.cutout.height);
      const width = Math.max(4, Math.round(source.cutout.width * scale));
      const height = Math.max(4, Math.round(source.cutout.height * scale));
      const to = {
        x: Math.round(random() * (side - width * 0.8) - width * 0.1),
        y: Math.round(random() * (side - height * 0.8) - height * 0.1),
        width,
        height,
      };
      canvas.paste(source, to, mirrored());
    }
  }
  return canvas.finish();
}

/** Cuts the things of one label out of a picture with a trustworthy outline, or nothing if they are too small. */
export function cutOut({ picture, annotation }: AnnotatedPicture, label: number): CutoutSource | undefined {
  const code = annotation.meanings.findIndex(({ kind, allowed }) => kind === 'label' && allowed[0] === label);
  const { width, height } = annotation;
  if (code < 0 || width !== picture.width || height !== picture.height || label === background) return undefined;
  let [left, top, right, bottom, area] = [width, height, 0, 0, 0];
  for (let pixel = 0; pixel < annotation.codes.length; pixel++) {
    if (annotation.codes[pixel] !== code) continue;
    left = Math.min(left, pixel % width);
    right = Math.max(right, (pixel % width) + 1);
    top = Math.min(top, Math.floor(pixel / width));
    bottom = Math.max(bottom, Math.floor(pixel / width) + 1);
    area++;
  }
  if (area < 400) return undefined;
  const data = new Uint8Array(4 * (right - left) * (bottom - top));
  for (let y = top; y < bottom; y++) {
    for (let x = left; x < right; x++) {
      const from = y * width + x;
      const to = 4 * ((y - top) * (right - left) + x - left);
      data.set(picture.data.subarray(3 * from, 3 * from + 3), to);
      data[to + 3] = annotation.codes[from] === code ? 255 : 0;
    }
  }
  return { cutout: { width: right - left, height: bottom - top, data }, label };
}
