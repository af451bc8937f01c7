/** Pictures that are more than colours: 8-bit index maps (class masks) and cut-outs with an alpha channel. */
import sharp from 'sharp';

export interface IndexMap {
  readonly width: number;
  readonly height: number;
  /** One index a pixel, row by row. */
  readonly data: Uint8Array;
}

export interface Cutout {
  readonly width: number;
  readonly height: number;
  /** RGBA, interleaved, not premultiplied. */
  readonly data: Uint8Array;
}

export async function readIndexMap(path: string): Promise<IndexMap> {
  const { data, info } = await sharp(path).toColourspace('b-w').raw().toBuffer({ resolveWithObject: true });
  return { width: info.width, height: info.height, data: new Uint8Array(data) };
}

export async function readCutout(path: string): Promise<Cutout> {
  const { data, info } = await sharp(path)
    .ensureAlpha()
    .toColourspace('srgb')
    .raw()
    .toBuffer({ resolveWithObject: true });
  return { width: info.width, height: info.height, data: new Uint8Array(data) };
}
