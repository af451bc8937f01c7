import { readFileSync } from 'node:fs';

/** Of lookhear; sources and compiled files both lie two levels below the package. */
export function packageVersion(): string {
  return JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')).version;
}
