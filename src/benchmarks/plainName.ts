/**
 * Names in annotation files come from outside and become paths. Each must be one plain file name: nothing in a list may
 * point out of the folder that the user gave.
 */
import { LookhearError } from '../errors.ts';

/** What file systems take, with room for an ending. */
const MAXIMUM_BYTES = 200;

/**
 * @param place the file, or a line of it, for the error
 * @throws LookhearError INPUT_CORRUPT where the name is empty, too long, `.` or `..`, or holds a slash or a control character
 */
export function checkName(name: string, place: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
  const isPlain = name !== '' && !/^\.{1,2}$|[/\\\x00-\x1f\x7f]/.test(name) && Buffer.byteLength(name) <= MAXIMUM_BYTES;
  if (isPlain) return name;
  const shown = name.length > 40 ? `${name.slice(0, 40)}...` : name;
  throw new LookhearError('INPUT_CORRUPT', `Cannot read ${place}: ${JSON.stringify(shown)} is not a plain file name.`);
}

/** The last part of a path of another machine, without its ending. @throws LookhearError as `checkName` */
export function baseName(path: string, place: string): string {
  const [last = ''] = /[^/\\]*$/.exec(path) ?? [];
  return checkName(last.replace(/\.[A-Za-z0-9]{1,4}$/, ''), place);
}
