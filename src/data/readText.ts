/** Lists and annotations from outside: text of a bounded size, checked against a schema, errors in one sentence. */
import { z } from 'zod';
import { LookhearError } from '../errors.ts';
import { readBytes } from '../media/readBytes.ts';

/** @throws LookhearError INPUT_MISSING, INPUT_UNREADABLE, INPUT_EMPTY, INPUT_TOO_LARGE, or INPUT_CORRUPT for other bytes than UTF-8 */
export async function readText(path: string, limit: number): Promise<string> {
  return decodeText(await readBytes(path, { limit }), path);
}

/** @throws LookhearError INPUT_CORRUPT for other bytes than UTF-8 */
export function decodeText(bytes: Uint8Array, path: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new LookhearError('INPUT_CORRUPT', `Cannot read ${path}: it is not text in UTF-8.`, { cause });
  }
}

/** @throws LookhearError INPUT_CORRUPT, naming the place (a file, or a line of it) */
export function parseJson<Value>(text: string, schema: z.ZodType<Value>, place: string): Value {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new LookhearError('INPUT_CORRUPT', `Cannot read ${place}: it is not JSON.`, { cause });
  }
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [{ path, message }] = parsed.error.issues;
  const field = path.length === 0 ? '' : `${z.core.toDotPath(path)}: `;
  throw new LookhearError('INPUT_CORRUPT', `Cannot read ${place}: ${field}${message}.`);
}
