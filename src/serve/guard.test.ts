import { describe, expect, it } from 'vitest';
import { checkHost, checkOrigin, checkToken, isLoopback } from './guard.ts';

const passes = (check: () => void): boolean => {
  try {
    check();
    return true;
  } catch {
    return false;
  }
};

describe('who may ask', () => {
  it.each([
    ['127.0.0.1', true],
    ['127.8.9.1', true],
    ['::1', true],
    ['[::1]', true],
    ['LOCALHOST', true],
    ['0.0.0.0', false],
    ['::', false],
    ['192.168.1.2', false],
    ['localhost.evil.test', false],
    ['127.0.0.1.evil.test', false],
    ['127.0.0', false],
    ['', false],
  ])('%s is this machine: %s', (host, expected) => {
    expect(isLoopback(host)).toBe(expected);
    if (host !== '::1') expect(passes(() => checkHost(new Headers({ Host: `${host}:4114` })))).toBe(expected);
  });

  it.each([
    [{}, true],
    [{ Origin: 'http://127.0.0.1:4114' }, true],
    [{ Origin: 'http://127.0.0.1:4115' }, false],
    [{ Origin: 'https://evil.test' }, false],
    [{ Origin: 'null' }, false],
    [{ Origin: 'http://evil.test', 'Sec-Fetch-Site': 'same-origin' }, true],
    [{ 'Sec-Fetch-Site': 'none' }, true],
    [{ 'Sec-Fetch-Site': 'cross-site' }, false],
    [{ 'Sec-Fetch-Site': 'same-site', Origin: 'http://127.0.0.1:4114' }, false],
  ])('a page with %o: %s', (headers: Record<string, string>, expected) => {
    expect(passes(() => checkOrigin(new Headers({ Host: '127.0.0.1:4114', ...headers })))).toBe(expected);
  });

  it.each([
    ['Bearer secret', true],
    ['bearer  secret ', true],
    ['Bearer Secret', false],
    ['Bearer secret2', false],
    ['Bearer ', false],
    ['secret', false],
    ['Basic secret', false],
  ])('Authorization: %s: %s', (authorization, expected) => {
    expect(passes(() => checkToken(new Headers({ Authorization: authorization }), 'secret'))).toBe(expected);
    expect(passes(() => checkToken(new Headers(), 'secret'))).toBe(false);
  });
});
