import { describe, expect, it } from 'vitest';
import { strokeText, textWidth } from './strokeFont.ts';

const ascii = Array.from({ length: 95 }, (_, index) => String.fromCharCode(32 + index));

describe('the stroke font', () => {
  it('has a drawing for every printable ASCII sign but the space', () => {
    const place = { x: 0, y: 14, capital: 14 };
    const question = strokeText('?', place);
    for (const sign of ascii) {
      const drawing = strokeText(sign, place);
      if (sign === ' ') expect(drawing).not.toContain('<path');
      else expect(drawing).toContain('<path');
      if (sign !== '?') expect(drawing).not.toBe(question);
    }
  });

  it('drops accents and marks what it cannot draw', () => {
    const place = { x: 0, y: 0, capital: 10 };
    expect(strokeText('\u00e9t\u00e9', place)).toBe(strokeText('ete', place));
    expect(strokeText('\u72ac', place)).toBe(strokeText('?', place));
  });

  it('never lets the text become markup', () => {
    const tags = strokeText('</g><script>', { x: 0, y: 0, capital: 10 }).match(/<[^ >]+/g);
    expect(new Set(tags)).toEqual(new Set(['<g', '<path', '</g']));
  });

  it('measures what it draws, in proportion to the height', () => {
    expect(textWidth('', 14)).toBe(0);
    expect(textWidth('H', 14)).toBe(10);
    expect(textWidth('HH', 28)).toBe(2 * (10 + 3 + 10));
  });

  it('places text by its start, middle or end', () => {
    const left = (anchor: 'start' | 'middle' | 'end') =>
      Number(/translate\(([-\d.]+)/.exec(strokeText('H', { x: 100, y: 0, capital: 14, anchor }))?.[1]);
    expect([left('start'), left('middle'), left('end')]).toEqual([100, 95, 90]);
  });
});
