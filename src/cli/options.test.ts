import { describe, expect, it } from 'vitest';
import { optionTable } from './options.ts';

describe('--set', () => {
  const { parse } = optionTable.set;

  it('collects fields: numbers, words without quotes, whatever JSON says', () => {
    const first = parse('optimiser.learningRate=0.01', undefined);
    expect(parse('schedule=cosine', first)).toEqual({ 'optimiser.learningRate': 0.01, schedule: 'cosine' });
    expect(parse('data=a=b', undefined)).toEqual({ data: 'a=b' });
    expect(parse('mirror=false', undefined)).toEqual({ mirror: false });
  });

  it('refuses what is no field with a value', () => {
    expect(() => parse('epochs', undefined)).toThrow('Expected a field and its value for --set');
  });
});
