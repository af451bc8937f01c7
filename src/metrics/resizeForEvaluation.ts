/** Bilinear resizing without widening, as the field's evaluators do it: OpenCV's linear, PyTorch's align_corners. */
import type { PixelMap } from '../picture/picture.ts';

export function resizeBilinear(map: PixelMap, side: number, convention: 'half-pixel' | 'align-corners'): Float32Array {
  const { width, height, data } = map;
  if (width === side && height === side) return data;
  const position = (index: number, size: number): number =>
    convention === 'half-pixel'
      ? Math.min(size - 1, Math.max(0, ((index + 0.5) * size) / side - 0.5))
      : (index * (size - 1)) / (side - 1);
  const result = new Float32Array(side * side);
  for (let y = 0; y < side; y++) {
    const v = position(y, height);
    const top = Math.floor(v);
    const bottom = Math.min(top + 1, height - 1);
    for (let x = 0; x < side; x++) {
      const u = position(x, width);
      const left = Math.floor(u);
      const right = Math.min(left + 1, width - 1);
      const upper = data[top * width + left] * (1 - (u - left)) + data[top * width + right] * (u - left);
      const lower = data[bottom * width + left] * (1 - (u - left)) + data[bottom * width + right] * (u - left);
      result[y * side + x] = upper * (1 - (v - top)) + lower * (v - top);
    }
  }
  return result;
}
