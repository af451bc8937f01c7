import { describe, expect, it } from 'vitest';
import { preferredType } from './accept.ts';

const offered = ['application/json', 'application/x-npy', 'image/png'] as const;

describe('the type of an answer', () => {
  it.each([
    [null, 'application/json'],
    ['*/*', 'application/json'],
    ['application/x-npy', 'application/x-npy'],
    ['IMAGE/PNG', 'image/png'],
    ['image/*', 'image/png'],
    ['image/png;q=0.5, application/x-npy;q=0.8', 'application/x-npy'],
    ['*/*, application/json;q=0', 'application/x-npy'],
    ['text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8', 'application/json'],
  ])('for Accept: %s', (accept, type) => {
    expect(preferredType(accept, offered)).toBe(type);
  });

  it.each(['text/html', 'image/png;q=0', 'image/png;q=nonsense', ';;;,,,'])(
    'cannot be had for Accept: %s',
    (accept) => {
      expect(() => preferredType(accept, offered)).toThrow(expect.objectContaining({ status: 406 }));
    },
  );
});
