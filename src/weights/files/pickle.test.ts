import { describe, expect, it } from 'vitest';
import { flattenNames } from './nestedNames.ts';
import { numpyGlobals } from './numpyPickle.ts';
import { readPickle } from './pickle.ts';
import { Unreadable } from './storedWeights.ts';

/** A pickle by its opcodes: letters stand for themselves. */
function pickle(...parts: (string | number)[]): Uint8Array {
  return Uint8Array.from(
    parts.flatMap((part) => (typeof part === 'number' ? [part] : [...Buffer.from(part, 'latin1')])),
  );
}

function load(bytes: Uint8Array): unknown {
  return readPickle(bytes, { globals: numpyGlobals(bytes.length) }).value;
}

describe('a pickle', () => {
  it('becomes plain values, in the words of every protocol', () => {
    // pickle.dumps({'a': [1, -2, 300, 2**40, 1.5, True, None], 'b': (b'x', 'y')}, protocol) of CPython 3.11.
    const dumps = [
      '(dp0\nVa\np1\n(lp2\nI1\naI-2\naI300\naI1099511627776\naF1.5\naI01\naNasVb\np3\n(c_codecs\nencode\np4\n(Vx\np5\nVlatin1\np6\ntp7\nRp8\nVy\np9\ntp10\ns.',
      '\x80\x04\x95+\0\0\0\0\0\0\0}\x94(\x8c\x01a\x94]\x94(K\x01J\xfe\xff\xff\xffM,\x01\x8a\x06\0\0\0\0\0\x01G?\xf8\0\0\0\0\0\0\x88Ne\x8c\x01b\x94C\x01x\x94\x8c\x01y\x94\x86\x94u.',
    ];
    for (const dump of dumps) {
      expect(load(pickle(dump))).toEqual(
        new Map<string, unknown>([
          ['a', [1, -2, 300, 2 ** 40, 1.5, true, null]],
          ['b', [Uint8Array.of(120), 'y']],
        ]),
      );
    }
  });

  it('reads the quoted strings of protocol 0 as Python 2 wrote them', () => {
    expect(load(pickle("S'a\\x00\\n\\\\\\''\n."))).toEqual(Uint8Array.from(Buffer.from("a\0\n\\'")));
  });

  it.each([
    ['GLOBAL', pickle("cos\nsystem\n(S'echo owned'\ntR.")],
    ['STACK_GLOBAL', pickle(0x80, 4, 0x8c, 2, 'os', 0x8c, 6, 'system', 0x93, 0x8c, 1, 'a', 0x85, 'R.')],
    ['INST', pickle("(S'echo owned'\nios\nsystem\n.")],
    ['OBJ', pickle("(cos\nsystem\nS'echo owned'\no.")],
  ])('is refused where it asks to run os.system by %s', (_, bytes) => {
    expect(() => load(bytes)).toThrow(/^it asks to run os\.system: that is code, not weights$/);
  });

  it('is refused where it reaches a name through an allowed one', () => {
    expect(() => load(pickle('cnumpy\nndarray.__class__\n.'))).toThrow(Unreadable);
    expect(() => load(pickle('c__builtin__\neval\n.'))).toThrow(Unreadable);
    // Names that are properties of JavaScript's objects are none of the table.
    expect(() => load(pickle('c__proto__\nconstructor\n.'))).toThrow(Unreadable);
    expect(() => load(pickle('(I1\nI2\ntI3\nR.'))).toThrow(RangeError);
  });

  it.each([
    ['an empty file', pickle()],
    ['an empty stack', pickle('.')],
    ['a missing mark', pickle('t.')],
    ['an unknown opcode', pickle(0xff)],
    ['an unknown memo', pickle('h', 9, '.')],
    ['a lying length', pickle('T', 255, 255, 255, 127, 'a.')],
    ['a length of 64 bits', pickle(0x8e, 255, 255, 255, 255, 255, 255, 255, 255, '.')],
    ['an endless integer', pickle(0x8b, 255, 255, 0, 0, 'a'.repeat(70_000), '.')],
    ['an item without a dictionary', pickle(']NNs.')],
  ])('ends in a RangeError for %s', (_, bytes) => {
    expect(() => load(bytes)).toThrow(RangeError);
  });

  it.each([
    ['values', new Uint8Array(2_000_000).fill(78), /more steps than weights need/],
    ['steps', Buffer.from('(1'.repeat(1_000_000)), /more steps than weights need/],
    [
      'text',
      Buffer.from(`X\0\0\x10\0${'a'.repeat(2 ** 20)}q\0${'c_codecs\nencode\nh\0\x85R'.repeat(20_000)}`, 'latin1'),
      /the same text again and again/,
    ],
  ])('ends within a second where it only makes %s', (_, bytes, problem) => {
    const start = performance.now();
    expect(() => load(bytes)).toThrow(problem);
    expect(performance.now() - start).toBeLessThan(1000);
  });
});

describe('nested dictionaries', () => {
  const none = (): undefined => undefined;

  it('that hold themselves have no end', () => {
    const cyclic = load(pickle('}q', 0, 'U', 1, 'ah', 0, 's.'));
    expect(() => flattenNames(cyclic as Map<unknown, unknown>, none)).toThrow(/have no end/);
  });

  it('that share their parts, doubling at every level, have no end', () => {
    let level = new Map<string, unknown>();
    for (let depth = 0; depth < 14; depth++) {
      level = new Map(Array.from({ length: 10 }, (_, index) => [`${index}`, level]));
    }
    expect(() => flattenNames(level, none)).toThrow(/have no end/);
  });
});
