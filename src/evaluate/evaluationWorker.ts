/**
 * One of the threads of an evaluation: opens the model, then takes an item at a time from files to its record. Sounds
 * that many items are shown with are heard once.
 */
import { workerData } from 'node:worker_threads';
import { LookhearError } from '../errors.ts';
import { combinePatches } from '../localize/combinePatches.ts';
import type { Heard } from '../localize/evidence.ts';
import { loadModel } from '../localize/loadModel.node.ts';
import { Localizer } from '../localize/localizer.ts';
import { readPicture } from '../media/readPicture.ts';
import { readSound } from '../media/readSound.ts';
import { serveRequests } from '../parallel/workerPool.ts';
import type { Sound } from '../sound/sound.ts';
import type { EvaluationAnswer, EvaluationRequest, EvaluationSetup } from './evaluationWorkers.ts';
import { groupOf, priorityOf } from './gallery.ts';
import { galleryPicture } from './galleryPicture.ts';
import type { SoundCondition } from './itemRecord.ts';
import { printsOf } from './prints.ts';
import { readTruth } from './readTruth.ts';
import { scoreItem } from './scoreItem.ts';
import { noiseCount, silence, whiteNoise } from './syntheticSounds.ts';

const { model, engine, threads, threshold, seed, fingerprints }: EvaluationSetup = workerData;

/** So many sounds are remembered; each is a probability for every label. */
const mostRemembered = 2048;

class Ears {
  readonly #localizer: Localizer;
  readonly #known = new Map<string, Promise<Heard | null>>();

  constructor(localizer: Localizer) {
    this.#localizer = localizer;
  }

  /** What is heard; null for silence. */
  async hear(sound: Sound): Promise<Heard | null> {
    const { patches } = await this.#localizer.hear(sound);
    return combinePatches(patches, this.#localizer.model.sound.combine);
  }

  /** The same for a file or a synthetic sound of a name, remembered. */
  remember(name: string, read: () => Promise<Sound>): Promise<Heard | null> {
    const known = this.#known.get(name) ?? read().then((sound) => this.hear(sound));
    this.#known.delete(name);
    this.#known.set(name, known);
    if (this.#known.size > mostRemembered) this.#known.delete(this.#known.keys().next().value!);
    return known;
  }
}

/** Undefined where the sound of another item cannot be read: that item says so itself. */
function unlessUnreadable(heard: Promise<Heard | null>): Promise<Heard | null | undefined> {
  return heard.catch((error: unknown) => {
    if (error instanceof LookhearError) return undefined;
    throw error;
  });
}

async function work(
  { localizer, ears }: { readonly localizer: Localizer; readonly ears: Ears },
  { index, item, partners, limits }: EvaluationRequest,
): Promise<EvaluationAnswer> {
  try {
    const [picture, sound] = await Promise.all([readPicture(item.picture), readSound(item.sound)]);
    const truth = await readTruth(item.truth);
    const seen = await localizer.see(picture);
    const own = await ears.remember(item.sound, async () => sound);
    const heard: Partial<Record<SoundCondition, Heard | null>> = { own };
    const offscreen: (Heard | null)[] = [];
    if (truth.sources > 0) {
      const noise = index % noiseCount;
      const others: Readonly<Partial<Record<SoundCondition, Promise<Heard | null | undefined>>>> = {
        ...(partners.wrong && { wrong: unlessUnreadable(hearFile(ears, partners.wrong)) }),
        ...(partners.shuffled && { shuffled: unlessUnreadable(hearFile(ears, partners.shuffled)) }),
        'picture only': Promise.resolve(everythingAlike(localizer)),
        silence: ears.remember('silence', async () => silence()),
        'white noise': ears.remember(`noise ${noise}`, async () => whiteNoise(noise, seed)),
      };
      for (const [condition, promise] of Object.entries(others)) {
        const result = await promise;
        if (result !== undefined) heard[condition as SoundCondition] = result;
      }
      for (const path of partners.offscreen) {
        const result = await unlessUnreadable(hearFile(ears, path));
        if (result !== undefined) offscreen.push(result);
      }
    }
    const { id, label, pictureGroup, scene } = item;
    const { record, heat } = scoreItem({
      model: localizer.model,
      item: { index, id, label, pictureGroup, scene, sources: truth.sources },
      picture,
      seen,
      truth: truth.map,
      heard,
      offscreen,
      threshold,
    });
    const group = groupOf(record);
    const isShown = group !== null && priorityOf(id, seed) < (limits[group] ?? 1);
    return {
      record: fingerprints ? { ...record, prints: printsOf(picture, sound) } : record,
      shown: isShown ? await galleryPicture(picture, heat, truth.map) : null,
    };
  } catch (error) {
    if (!(error instanceof LookhearError)) throw error;
    return { record: { index, id: item.id, skipped: 'unreadable', problem: error.message }, shown: null };
  }
}

const hearFile = (ears: Ears, path: string): Promise<Heard | null> => ears.remember(path, () => readSound(path));

/** The sound vector of "picture only": every label as probable as any other. */
function everythingAlike({ model: { sound } }: Localizer): Heard {
  return { probabilities: new Float32Array(sound.labels.length).fill(1 / sound.labels.length), other: 0 };
}

await serveRequests(async () => {
  const localizer = new Localizer(await loadModel({ model, engine, threads }));
  return { state: { localizer, ears: new Ears(localizer) }, ready: localizer.engine };
}, work);
