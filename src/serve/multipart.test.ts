import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { defaultLimits } from './limits.ts';
import { boundaryOf, parseMultipart } from './multipart.ts';

function bytesOf(text: string): Uint8Array {
  return Buffer.from(text, 'latin1');
}

function contents(text: string, boundary = 'b'): Record<string, string> {
  const parts = parseMultipart(bytesOf(text), boundary, defaultLimits);
  return Object.fromEntries([...parts].map(([name, { start, end }]) => [name, text.slice(start, end)]));
}

const part = (name: string, content: string, more = '') =>
  `--b\r\nContent-Disposition: form-data; name="${name}"${more}\r\n\r\n${content}\r\n`;

describe('the boundary of an upload', () => {
  it.each([
    ['multipart/form-data; boundary=abc', 'abc'],
    ['Multipart/Form-Data;BOUNDARY="a b"; charset=utf-8', 'a b'],
    ['multipart/form-data; charset=utf-8; boundary=----WebKitFormBoundary7MA4YWxk', '----WebKitFormBoundary7MA4YWxk'],
  ])('is read from %s', (type, boundary) => {
    expect(boundaryOf(type)).toBe(boundary);
  });

  it.each([
    [null, 415],
    ['application/json', 415],
    ['multipart/form-database; boundary=a', 415],
    ['multipart/form-data', 400],
    [`multipart/form-data; boundary=${'a'.repeat(71)}`, 400],
  ])('is not found in %s', (type, status) => {
    expect(() => boundaryOf(type)).toThrow(expect.objectContaining({ status }));
  });
});

describe('the parts of an upload', () => {
  it('are told apart by name, whatever stands before and behind them', () => {
    const body = `a preamble\r\n${part('picture', 'P\r\nP', '; filename="../../etc/passwd"')}${part('sound', '')}--b--\r\nan epilogue`;
    expect(contents(body)).toEqual({ picture: 'P\r\nP', sound: '' });
  });

  it('may hold what looks almost like the boundary', () => {
    expect(contents(`${part('sound', '\r\n--a\r\n-b\r\n--')}--b--`)).toEqual({ sound: '\r\n--a\r\n-b\r\n--' });
  });

  it('are whatever bytes they are', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), fc.uint8Array({ maxLength: 300 }), (picture, sound) => {
        const latin1 = (bytes: Uint8Array) => Buffer.from(bytes).toString('latin1');
        const body = `${part('picture', latin1(picture))}${part('sound', latin1(sound))}--b--\r\n`.replaceAll(
          '--b',
          '--a long boundary',
        );
        fc.pre(body.split('--a long boundary').length === 4);
        expect(contents(body, 'a long boundary')).toEqual({ picture: latin1(picture), sound: latin1(sound) });
      }),
    );
  });

  it.each([
    ['no bytes', ''],
    ['no boundary', 'hello'],
    ['no end', part('sound', 'S')],
    ['a header without end', '--b\r\nContent-Disposition: form-data; name="sound"\r\n'],
    ['a long header', `--b\r\nX: ${'x'.repeat(9000)}\r\nContent-Disposition: form-data; name="a"\r\n\r\n\r\n--b--`],
    ['no name', '--b\r\nContent-Type: image/png\r\n\r\nP\r\n--b--'],
    ['a name that is a path', `${part('../sound', 'S')}--b--`],
    ['the same name twice', `${part('sound', 'S')}${part('sound', 'S')}--b--`],
    ['too many parts', `${Array.from({ length: 9 }, (_, index) => part(`p${index}`, '')).join('')}--b--`],
    ['a boundary in the middle of a line', `${part('sound', 'S')}--boundary\r\n`],
  ])('cannot be read where there is %s', (_, body) => {
    expect(() => contents(body)).toThrow(expect.objectContaining({ status: 400 }));
  });

  it('never make it fail in another way', () => {
    const piece = fc.constantFrom(
      '\r\n',
      '--b',
      '--',
      'name="a"',
      'Content-Disposition: form-data; ',
      '\r\n\r\n',
      'x',
      '\0',
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 40 }), (pieces) => {
        try {
          for (const content of Object.values(contents(pieces.join('')))) expect(typeof content).toBe('string');
        } catch (error) {
          expect(error).toMatchObject({ name: 'Refusal', status: 400 });
        }
      }),
      { numRuns: 500 },
    );
  });
});
