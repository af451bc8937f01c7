import { describe, expect, it } from 'vitest';
import { GalleryChoice, groupOf, priorityOf } from './gallery.ts';
import { scoredItem } from './itemRecord.fixtures.ts';

describe('the gallery', () => {
  const items = Array.from({ length: 200 }, (_, index) =>
    scoredItem({ index, ciou: (index % 10) / 10, miss: index % 3 === 0 ? 'not heard' : 'seen elsewhere' }),
  );

  it('shows the same whatever the order and the parts', () => {
    const whole = new GalleryChoice(3);
    for (const item of items) whole.add(item);
    const backwards = new GalleryChoice(3);
    for (const item of items.toReversed()) backwards.add(item);
    expect(backwards.result()).toEqual(whole.result());
  });

  it('needs no item above its limits', () => {
    const choice = new GalleryChoice(3);
    const needed = new Set<string>();
    for (const item of items) {
      if (priorityOf(item.id, 3) < (choice.limits()[groupOf(item)!] ?? 1)) needed.add(item.id);
      choice.add(item);
    }
    const shown = Object.values(choice.result()).flat();
    expect(shown.length).toBeGreaterThan(20);
    for (const { id } of shown) expect(needed).toContain(id);
    expect(needed.size).toBeLessThan(items.length);
  });

  it('leaves out items without a source', () => {
    expect(groupOf(scoredItem({ sources: 0 }))).toBeNull();
  });

  it('says why a source was missed, not that of a rough find', () => {
    expect(groupOf(scoredItem({ ciou: 0.1, miss: 'not heard' }))).toBe('not heard');
    expect(groupOf(scoredItem({ ciou: 0.3, miss: 'not heard' }))).toBe('moderate');
    expect(groupOf(scoredItem({ ciou: 0.5, miss: null }))).toBe('positive');
  });
});
