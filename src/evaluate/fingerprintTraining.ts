/** From the pictures and sounds of a training to the list that its model brings. */
import { LookhearError } from '../errors.ts';
import { readPicture } from '../media/readPicture.ts';
import { readSound } from '../media/readSound.ts';
import { fingerprint, thinFingerprint } from '../sound/fingerprint.ts';
import { fingerprintPicture } from './prints.ts';
import { enoughWords } from './similarSounds.ts';
import type { TrainingManifest } from './trainingManifest.ts';

/** A file that a model was trained on. */
export interface TrainingFile {
  readonly id: string;
  readonly path: string;
}

export interface TrainingFiles {
  readonly pictures: readonly TrainingFile[];
  readonly sounds: readonly TrainingFile[];
}

export function filesOfPairs(
  pairs: readonly { readonly id: string; readonly image: string; readonly audio: string }[],
): TrainingFiles {
  return {
    pictures: pairs.map(({ id, image }) => ({ id, path: image })),
    sounds: pairs.map(({ id, audio }) => ({ id, path: audio })),
  };
}

export interface FingerprintEvents {
  readonly signal: AbortSignal;
  readonly onProgress: (done: number, total: number) => void;
}

/** @returns the list, and a sentence for each file that cannot be read: of those, it has the ids alone */
export async function fingerprintTraining(
  { pictures, sounds }: TrainingFiles,
  { signal, onProgress }: FingerprintEvents,
): Promise<{ manifest: TrainingManifest; problems: string[] }> {
  const total = pictures.length + sounds.length;
  const problems: string[] = [];
  let done = 0;

  async function unlessUnreadable<Print>(print: () => Promise<Print | null>): Promise<Print | null> {
    signal.throwIfAborted();
    try {
      return await print();
    } catch (error) {
      if (!(error instanceof LookhearError) || error.code === 'ABORTED') throw error;
      problems.push(error.message);
      return null;
    } finally {
      onProgress(++done, total);
    }
  }

  const manifest: { pictures: TrainingManifest['pictures'][number][]; sounds: TrainingManifest['sounds'][number][] } = {
    pictures: [],
    sounds: [],
  };
  for (const { id, path } of pictures) {
    const hash = await unlessUnreadable(async () => fingerprintPicture(await readPicture(path)));
    manifest.pictures.push({ id, hash });
  }
  for (const { id, path } of sounds) {
    const words = await unlessUnreadable(async () => {
      const all = fingerprint(await readSound(path));
      return enoughWords(all) ? thinFingerprint(all) : null;
    });
    manifest.sounds.push({ id, fingerprint: words });
  }
  return { manifest, problems };
}
