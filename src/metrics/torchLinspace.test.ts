import { createHash } from 'node:crypto';
import { expect, it } from 'vitest';
import { torchLinspace } from './torchLinspace.ts';

it('is what PyTorch 1.13 gives, to the last bit', () => {
  // hashlib.sha256(torch.linspace(0, 1 - 1e-10, 255).numpy().tobytes()).hexdigest(), with AVX2
  const hash = createHash('sha256')
    .update(torchLinspace(0, 1 - 1e-10, 255))
    .digest('hex');
  expect(hash).toBe('a45d651854355df405689f48533f32945b6589abf3cd3d9dbd172d24df90e729');
  // The same of torch.linspace(-1.3, 0.7, 20)
  expect(
    createHash('sha256')
      .update(torchLinspace(-1.3, 0.7, 20))
      .digest('hex'),
  ).toBe('403617d7d6384a2d82049fd28f72f48118ac7e3cd5717409c535d8379021c7bb');
});

it('begins and ends where it is told, with equal steps between', () => {
  const values = torchLinspace(-2, 3, 20);
  expect([values[0], values[19], values.length]).toEqual([-2, 3, 20]);
  for (const [index, value] of values.entries()) expect(value).toBeCloseTo(-2 + (5 * index) / 19, 6);
});

it('passes through the middle of 0 and 1', () => {
  expect(torchLinspace(0, 1, 255)[127]).toBe(0.5);
});

it('of one value twice is that value', () => {
  expect(new Set(torchLinspace(0.3, 0.3, 20))).toEqual(new Set([Math.fround(0.3)]));
});
