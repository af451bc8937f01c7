import { join } from 'node:path';
import { expect, it } from 'vitest';
import { cacheFolder } from './cacheFolder.node.ts';

const home = join('/home', 'ada');

it('takes the variable of lookhear before anything else', () => {
  expect(cacheFolder({ LOOKHEAR_CACHE: '/here', XDG_CACHE_HOME: '/xdg' }, 'linux', home)).toBe('/here');
  expect(cacheFolder({ LOOKHEAR_CACHE: '/here' }, 'win32', home)).toBe('/here');
});

it('follows the rules of each system', () => {
  expect(cacheFolder({}, 'linux', home)).toBe(join(home, '.cache', 'lookhear'));
  expect(cacheFolder({ XDG_CACHE_HOME: '/xdg' }, 'linux', home)).toBe(join('/xdg', 'lookhear'));
  expect(cacheFolder({ XDG_CACHE_HOME: 'relative' }, 'linux', home)).toBe(join(home, '.cache', 'lookhear'));
  expect(cacheFolder({ LOOKHEAR_CACHE: '' }, 'darwin', home)).toBe(join(home, 'Library', 'Caches', 'lookhear'));
  expect(cacheFolder({ LOCALAPPDATA: 'C:\\Local' }, 'win32', home)).toBe(join('C:\\Local', 'lookhear', 'cache'));
});
