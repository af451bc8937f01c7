import { describe, expect, it } from 'vitest';
import { itemsFile, parseShard, placesOf } from './shard.ts';

describe('shards', () => {
  it('share every item out once', () => {
    const places = [1, 2, 3].flatMap((number) => placesOf({ number, of: 3 }, 10));
    expect(places.toSorted((a, b) => a - b)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  });

  it('may be more than there are items', () => {
    expect(placesOf({ number: 5, of: 5 }, 2)).toEqual([]);
  });

  it('are named by place and number', () => {
    expect(itemsFile(parseShard('3/64'))).toBe('items-3-of-64.jsonl');
    expect(itemsFile(parseShard('1/1'))).toBe('items.jsonl');
  });

  it.each(['0/2', '3/2', '1', '1/0', 'a/b', '-1/2', '1/2/3', ''])('are not "%s"', (text) => {
    expect(() => parseShard(text)).toThrow(/--shard i\/n/);
  });
});
