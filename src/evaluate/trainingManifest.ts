/**
 * What a model was trained on, as a list that anyone may read: the ids, hashes and fingerprints of its pictures and
 * sounds, and none of them. It lies as training.jsonl.gz in the model's folder: a first line that says how many there
 * are, then a line each, in the order of the ids, which packs well.
 */
import { z } from 'zod';
import { parseJson } from '../data/readText.ts';
import { LookhearError } from '../errors.ts';
import { decodeWords, encodeWords } from './prints.ts';

export const trainingManifestFile = 'training.jsonl.gz';

export interface TrainingManifest {
  readonly pictures: readonly {
    readonly id: string;
    /** Sixteen hexadecimal digits; null where the picture has no features, or could not be read. */
    readonly hash: string | null;
  }[];
  readonly sounds: readonly {
    readonly id: string;
    /** Thinned; null where there is too little to compare, or the sound could not be read. */
    readonly fingerprint: Uint32Array | null;
  }[];
}

/** A sound of an hour is a line of 100 kB. */
export const longestLine = 2 ** 22;

const count = z.number().int().nonnegative();
const id = z.string().min(1).max(1024);

const firstLine = z.object({ schema: z.literal('lookhear/training-manifest@1'), pictures: count, sounds: count });

const line = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('picture'),
    id,
    hash: z
      .string()
      .regex(/^[0-9a-f]{16}$/)
      .nullable(),
  }),
  z.object({ kind: z.literal('sound'), id, fingerprint: z.base64().max(longestLine).nullable() }),
]);

/** What a model was trained on that began as another one. */
export function joinManifests(before: TrainingManifest, after: TrainingManifest): TrainingManifest {
  return { pictures: joinById(before.pictures, after.pictures), sounds: joinById(before.sounds, after.sounds) };
}

function joinById<Entry extends { readonly id: string }>(before: readonly Entry[], after: readonly Entry[]): Entry[] {
  const again = new Set(after.map(({ id }) => id));
  return [...before.filter(({ id }) => !again.has(id)), ...after];
}

export function* manifestLines({ pictures, sounds }: TrainingManifest): Generator<string> {
  const schema = 'lookhear/training-manifest@1';
  yield JSON.stringify({ schema, pictures: pictures.length, sounds: sounds.length } satisfies z.infer<
    typeof firstLine
  >);
  for (const { id, hash } of pictures.toSorted(byId)) {
    yield JSON.stringify({ kind: 'picture', id, hash } satisfies z.infer<typeof line>);
  }
  for (const { id, fingerprint } of sounds.toSorted(byId)) {
    const text = fingerprint && encodeWords(fingerprint);
    yield JSON.stringify({ kind: 'sound', id, fingerprint: text } satisfies z.infer<typeof line>);
  }
}

/**
 * @param place Of the list, for errors.
 * @throws LookhearError INPUT_CORRUPT, naming the line
 */
export async function parseManifest(lines: AsyncIterable<string>, place: string): Promise<TrainingManifest> {
  const pictures: TrainingManifest['pictures'][number][] = [];
  const sounds: TrainingManifest['sounds'][number][] = [];
  let head: z.infer<typeof firstLine> | undefined;
  let number = 0;
  for await (const text of lines) {
    const where = `line ${++number} of ${place}`;
    if (head === undefined) {
      head = parseJson(text, firstLine, where);
      continue;
    }
    const entry = parseJson(text, line, where);
    if (entry.kind === 'picture') pictures.push({ id: entry.id, hash: entry.hash });
    else sounds.push({ id: entry.id, fingerprint: entry.fingerprint === null ? null : decodeWords(entry.fingerprint) });
    if (pictures.length > head.pictures || sounds.length > head.sounds) break;
  }
  if (head?.pictures === pictures.length && head.sounds === sounds.length) return { pictures, sounds };
  const problem = head === undefined ? 'it is empty' : 'it holds other numbers of entries than its first line says';
  throw new LookhearError('INPUT_CORRUPT', `Cannot read ${place}: ${problem}.`);
}

const byId = (a: { readonly id: string }, b: { readonly id: string }): number =>
  a.id < b.id ? -1 : Number(a.id > b.id);
