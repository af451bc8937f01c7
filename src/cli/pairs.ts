/**
 * The file of `--pairs`: a line {"id","image","audio"} each, paths relative to the file. An id names the result files,
 * so it must be a plain file name on every system. A line that cannot be used is a pair with a problem: the others
 * still run.
 */
import { basename, dirname, resolve } from 'node:path';
import { LookhearError } from '../errors.ts';
import { readBytes } from '../media/readBytes.ts';

export interface UsablePair {
  readonly id: string;
  /** Absolute paths. */
  readonly image: string;
  readonly audio: string;
}

export type Pair = UsablePair | { readonly id: string | null; readonly problem: LookhearError };

/** A million pairs with long paths; more is better cut into parts. */
const maximumFileBytes = 2 ** 28;

/** @throws LookhearError where the file cannot be read, or holds no pair */
export async function readPairs(path: string): Promise<readonly Pair[]> {
  const text = new TextDecoder().decode(await readBytes(path, { limit: maximumFileBytes }));
  const folder = dirname(resolve(path));
  const seen = new Set<string>();
  const pairs: Pair[] = [];
  for (const [index, line] of text.split('\n').entries()) {
    if (line.trim() === '') continue;
    const pair = pairOf(line, `line ${index + 1} of ${path}`, folder);
    // File systems that do not tell capitals apart would write two results into one file.
    const name = pair.id?.toLowerCase() ?? null;
    if ('image' in pair && name !== null && seen.has(name)) {
      pairs.push({ id: pair.id, problem: problem(`The id "${pair.id}" stands in ${path} more than once.`) });
      continue;
    }
    if ('image' in pair && name !== null) seen.add(name);
    pairs.push(pair);
  }
  if (pairs.length > 0) return pairs;
  throw new LookhearError('INPUT_EMPTY', `There is no pair in ${path}.`, { hint: lineHint });
}

const lineHint = 'Each line is one JSON object: {"id": "1", "image": "yard.jpg", "audio": "bark.mp3"}.';

function pairOf(line: string, where: string, folder: string): Pair {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return { id: null, problem: problem(`Cannot use ${where}: it is not JSON.`) };
  }
  const { id, image, audio } = (typeof value === 'object' && value !== null ? value : {}) as Record<string, unknown>;
  if (typeof id !== 'string') return { id: null, problem: problem(`Cannot use ${where}: "id" is not a text.`) };
  if (!isSafeName(id)) return { id, problem: problem(`Cannot use ${where}: the id is not a plain file name.`) };
  if (typeof image !== 'string') return { id, problem: problem(`Cannot use ${where}: "image" is not a text.`) };
  if (typeof audio !== 'string') return { id, problem: problem(`Cannot use ${where}: "audio" is not a text.`) };
  return { id, image: resolve(folder, image), audio: resolve(folder, audio) };
}

/** Whether a name is one file in a folder, on Windows too, and leaves room for an ending. */
export function isSafeName(name: string): boolean {
  return (
    name !== '' &&
    name === basename(name) &&
    // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
    !/^\.|[\x00-\x1f\x7f<>:"/\\|?*]|[. ]$/.test(name) &&
    !/^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i.test(name) &&
    Buffer.byteLength(name) <= 200
  );
}

function problem(message: string): LookhearError {
  return new LookhearError('INPUT_UNSUPPORTED', message, { hint: lineHint });
}
