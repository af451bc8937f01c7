import { describe, expect, it } from 'vitest';
import { parse, type Request } from './program.ts';

function invocationOf(words: string): { verb: string; inputs: readonly string[]; options: object } {
  const request: Request = parse(words.split(' '), '1.2.3');
  if (request.kind !== 'verb') throw new Error('expected a verb');
  const { inputs, options } = request.invocation;
  return { verb: request.verb.name, inputs, options };
}

describe('parse', () => {
  it('takes a lone picture and sound for localize', () => {
    expect(invocationOf('yard.jpg bark.mp3 --map m.npy')).toEqual({
      verb: 'localize',
      inputs: ['yard.jpg', 'bark.mp3'],
      options: { map: 'm.npy' },
    });
  });

  it.each([
    ['localize yard.jpg bark.mp3 --json', { json: true }],
    ['localize --json yard.jpg bark.mp3', { json: true }],
    ['localize yard.jpg --json bark.mp3', { json: true }],
    ['localize yard.jpg bark.mp3 --json out.json', { json: 'out.json' }],
    ['localize --json=out.json yard.jpg bark.mp3', { json: 'out.json' }],
    ['localize --json out.json yard.jpg bark.mp3', { json: 'out.json' }],
    ['localize --json -q yard.jpg bark.mp3', { json: true, quiet: true }],
  ])('tells the file of --json from the inputs: %s', (words, options) => {
    expect(invocationOf(words)).toEqual({ verb: 'localize', inputs: ['yard.jpg', 'bark.mp3'], options });
  });

  it('gives the input of a one-input verb back too', () => {
    expect(invocationOf('hear --json bark.mp3')).toEqual({
      verb: 'hear',
      inputs: ['bark.mp3'],
      options: { json: true },
    });
  });

  it('turns numbers into numbers and refuses what is none', () => {
    expect(invocationOf('hear bark.mp3 --top 3 --threads 2').options).toEqual({ top: 3, threads: 2 });
    expect(() => parse(['hear', 'bark.mp3', '--top', '0'], '1')).toThrow(/from 1 to 1024 for --top, got "0"/);
  });

  it('guesses a misspelt verb', () => {
    expect(() => parse(['localise'], '1')).toThrow(
      expect.objectContaining({ code: 'USAGE', hint: expect.stringContaining('Did you mean localize?') }),
    );
  });

  it.each([
    [['localize', 'a.jpg', 'b.wav', 'c.wav']],
    [['localize', '--no-such-option']],
    [['localize', 'a.jpg', 'b.wav', '--device', 'abacus']],
    [['localize', 'a.jpg', 'b.wav', '-o']],
    [['demo', 'a.jpg']],
    [['models', 'burn']],
  ])('refuses %j as wrong use', (words) => {
    expect(() => parse(words, '1')).toThrow(expect.objectContaining({ code: 'USAGE', hint: expect.any(String) }));
  });
});
