/**
 * Perceptual hash: 64 bits that stay nearly the same when a picture is scaled, stretched, compressed or brightened, and
 * that differ in about half of the places between two pictures. This is pHash (C. Zauner, "Implementation and
 * Benchmarking of Perceptual Image Hash Functions", 2010): the picture in grey at 32 x 32, its cosine transform, of that
 * the 8 x 8 lowest frequencies without the constant row and column, one bit each. One change: a bit is the sign of its
 * coefficient, where pHash compares it with the median of all, which lies near zero. So the hash of a mirrored picture
 * follows from the hash, because a mirror turns the sign of every odd horizontal frequency.
 */
import type { Picture } from './picture.ts';
import { resizePicture } from './resize.ts';

const side = 32;
const frequencies = 8;

/** Coefficients below this are noise of compression: one alone is a wave of an eighth of a grey level, RMS. */
const faintest = 4;
/** A picture with fewer clear coefficients is not hashed. */
const leastClear = 40;

/** cos(pi / 32 (x + 1/2) f), orthonormal: row f - 1 for the frequencies 1 to 8. */
const cosines = Array.from({ length: frequencies }, (_, row) =>
  Float64Array.from(
    { length: side },
    (__, x) => Math.sqrt(2 / side) * Math.cos((Math.PI / side) * (x + 0.5) * (row + 1)),
  ),
);

/**
 * Sixteen hexadecimal digits; null for a picture without features (one colour, a plain gradient), of which all look
 * alike.
 */
export function perceptualHash(picture: Picture): string | null {
  const values = lowFrequencies(picture);
  if (values.filter((value) => Math.abs(value) >= faintest).length < leastClear) return null;
  let digits = '';
  for (let start = 0; start < values.length; start += 4) {
    let digit = 0;
    for (let bit = 0; bit < 4; bit++) digit = 2 * digit + (values[start + bit] > 0 ? 1 : 0);
    digits += digit.toString(16);
  }
  return digits;
}

/** The hash of the picture seen in a mirror: every odd horizontal frequency, the first and third of each digit, turned. */
export function mirroredHash(hash: string): string {
  return Array.from(hash, (digit) => (Number.parseInt(digit, 16) ^ 0b1010).toString(16)).join('');
}

/** Vertical frequencies 1 to 8, in each the horizontal ones. */
function lowFrequencies(picture: Picture): Float64Array {
  const planes = resizePicture(picture, side, side);
  const count = side * side;
  const rows = new Float64Array(side * frequencies);
  for (let y = 0; y < side; y++) {
    for (let x = 0; x < side; x++) {
      const at = y * side + x;
      // Luma of ITU-R BT.601, as in JPEG.
      const grey = 0.299 * planes[at] + 0.587 * planes[count + at] + 0.114 * planes[2 * count + at];
      for (let f = 0; f < frequencies; f++) rows[y * frequencies + f] += cosines[f][x] * grey;
    }
  }
  const values = new Float64Array(frequencies * frequencies);
  for (let v = 0; v < frequencies; v++) {
    for (let y = 0; y < side; y++) {
      for (let u = 0; u < frequencies; u++) values[v * frequencies + u] += cosines[v][y] * rows[y * frequencies + u];
    }
  }
  return values;
}
