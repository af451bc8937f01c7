import { describe, expect, it } from 'vitest';
import { tinyModel } from '../localize/tinyModel.fixtures.ts';
import { parseModel, parseModelOrHalf } from './model.ts';

const text = (changes: object): string => JSON.stringify({ ...tinyModel, ...changes });

describe('model.json', () => {
  it('takes 16 kHz for VGGish, and explains why 10 kHz cannot be', () => {
    const vggish = { ...tinyModel.sound, frontEnd: 'vggish' as const };
    expect(parseModel(text({ sound: { ...vggish, sampleRate: 16000 } }), 'm').sound.sampleRate).toBe(16000);
    expect(() => parseModel(text({ sound: { ...vggish, sampleRate: 10000 } }), 'm')).toThrow(
      'Cannot use m: expected 16000, got 10000: the front end "vggish" hears at 16000 Hz; at 10000 Hz nothing above 5000 Hz is left at "sound.sampleRate".',
    );
  });

  it('may hold half a model, which cannot localize and says what it lacks', () => {
    const { sound: _, relation: __, map: ___, silence: ____, answer: _____, ...rest } = tinyModel;
    const half = JSON.stringify({ ...rest, schema: 'lookhear/half-model@1' });
    expect(parseModelOrHalf(half, 'm').picture?.labels).toEqual(['red', 'blue']);
    expect(() => parseModel(half, 'm')).toThrow('Cannot use m: it is half a model, with a picture network only.');
  });

  it('names the field where half a model is not one', () => {
    const half = JSON.stringify({ schema: 'lookhear/half-model@1', name: 'x', version: '1', licence: 'x' });
    expect(() => parseModelOrHalf(half, 'm')).toThrow(/origin/);
  });
});
