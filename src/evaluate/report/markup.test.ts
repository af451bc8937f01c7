import { describe, expect, it } from 'vitest';
import { coordinate, escapeMarkup } from './markup.ts';

describe('text inside markup', () => {
  it('has nothing that ends an element or an attribute', () => {
    expect(escapeMarkup(`<b a="1" c='2'>&`)).toBe('&#60;b a=&#34;1&#34; c=&#39;2&#39;&#62;&#38;');
  });

  it('has coordinates of two decimals at most', () => {
    expect([1 / 3, 5, 100].map(coordinate)).toEqual(['0.33', '5', '100']);
  });
});
