/**
 * Whether a test set holds what a model was trained on: the same ids, or near duplicates of pictures or sounds. Items
 * are given one at a time and compared at once, so a large set needs no memory.
 */
import type { LeakReport } from './leaks.ts';
import { decodeWords, type Prints } from './prints.ts';
import { searchPictures } from './similarPictures.ts';
import { searchSounds } from './similarSounds.ts';
import type { TrainingManifest } from './trainingManifest.ts';

/** An item of the test set; a picture or sound that could not be read, or has nothing to compare, is null. */
export interface TestItem extends Prints {
  readonly id: string;
}

type Pairing = LeakReport['pictures'][number];

export class LeakFinder {
  readonly #training: TrainingManifest;
  readonly #trainingIds: ReadonlySet<string>;
  readonly #similarPictures: ReturnType<typeof searchPictures>;
  readonly #similarSounds: ReturnType<typeof searchSounds>;
  readonly #ids = new Set<string>();
  readonly #pictures: Pairing[] = [];
  readonly #sounds: Pairing[] = [];
  #comparedPictures = 0;
  #comparedSounds = 0;

  constructor(training: TrainingManifest) {
    this.#training = training;
    this.#trainingIds = new Set([...training.pictures, ...training.sounds].map(({ id }) => id));
    this.#similarPictures = searchPictures(training.pictures.map(({ hash }) => hash));
    this.#similarSounds = searchSounds(training.sounds.map(({ fingerprint }) => fingerprint));
  }

  add({ id, picture, sound }: TestItem): void {
    if (this.#trainingIds.has(id)) this.#ids.add(id);
    if (picture !== null) {
      this.#comparedPictures++;
      for (const { place, distance } of this.#similarPictures(picture)) {
        this.#pictures.push({ test: id, training: this.#training.pictures[place].id, distance });
      }
    }
    if (sound !== null) {
      this.#comparedSounds++;
      for (const { place, distance } of this.#similarSounds(decodeWords(sound))) {
        this.#sounds.push({ test: id, training: this.#training.sounds[place].id, distance });
      }
    }
  }

  /** The nearest first; the same whatever the order of the items. */
  report(): LeakReport {
    return {
      training: {
        pictures: this.#training.pictures.filter(({ hash }) => hash !== null).length,
        sounds: this.#training.sounds.filter(({ fingerprint }) => fingerprint !== null).length,
      },
      test: { pictures: this.#comparedPictures, sounds: this.#comparedSounds },
      ids: [...this.#ids].sort(),
      pictures: this.#pictures.toSorted(nearestFirst),
      sounds: this.#sounds.toSorted(nearestFirst),
    };
  }
}

function nearestFirst(a: Pairing, b: Pairing): number {
  return a.distance - b.distance || order(a.test, b.test) || order(a.training, b.training);
}

const order = (a: string, b: string): number => (a < b ? -1 : Number(a > b));
