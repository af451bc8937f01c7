/**
 * A loaded model that answers about any number of pictures and sounds. It knows nothing of files: the doors of the
 * package decode for it, and hand it two open networks.
 */
import type { EngineName, Session } from '../engine/engine.ts';
import type { Picture } from '../picture/picture.ts';
import type { Sound } from '../sound/sound.ts';
import type { Model } from '../weights/model.ts';
import { throwIfAborted } from './abort.ts';
import type { PictureEvidence, SoundEvidence } from './evidence.ts';
import type { Finding } from './finding.ts';
import { findingOf } from './findingOf.ts';
import { hear } from './hear.ts';
import { see } from './see.ts';
import { type Moment, type Sight, watch } from './watch.ts';

export interface LocalizerParts {
  readonly model: Model;
  /** Checksum of the model, for the record. */
  readonly sha256: string;
  readonly engine: EngineName;
  readonly pictureSession: Session;
  readonly soundSession: Session;
  /** How long it took to get these, for the record. */
  readonly loadMs: number;
}

export interface LocalizeOptions {
  /** Stops between two steps; the call then fails with ABORTED. */
  readonly signal?: AbortSignal | undefined;
}

export class Localizer {
  readonly model: Model;
  readonly sha256: string;
  readonly engine: EngineName;
  readonly #pictureSession: Session;
  readonly #soundSession: Session;
  readonly #loadMs: number;

  constructor(parts: LocalizerParts) {
    this.model = parts.model;
    this.sha256 = parts.sha256;
    this.engine = parts.engine;
    this.#pictureSession = parts.pictureSession;
    this.#soundSession = parts.soundSession;
    this.#loadMs = parts.loadMs;
  }

  /** Which pixels of the picture make the sound, or that none do. */
  async localize(picture: Picture, sound: Sound, { signal }: LocalizeOptions = {}): Promise<Finding> {
    const start = performance.now();
    const soundEvidence = await this.hear(sound, { signal });
    const soundEnd = performance.now();
    throwIfAborted(signal);
    const pictureEvidence = await this.see(picture);
    const pictureEnd = performance.now();
    throwIfAborted(signal);
    const { name, version } = this.model;
    return {
      ...findingOf(this.model, picture, pictureEvidence, soundEvidence),
      model: { name, version, sha256: this.sha256 },
      timing: {
        loadMs: this.#loadMs,
        soundMs: soundEnd - start,
        pictureMs: pictureEnd - soundEnd,
        totalMs: performance.now() - start,
      },
    };
  }

  /** The sound's half alone: what is heard in each patch. */
  hear(sound: Sound, { signal }: LocalizeOptions = {}): Promise<SoundEvidence> {
    return hear(this.model, this.#soundSession, sound, signal);
  }

  /** The picture's half alone: what each cell of the network's grid shows. */
  see(picture: Picture): Promise<PictureEvidence> {
    return see(this.model.picture, this.#pictureSession, picture);
  }

  /** Moment by moment, for a video or a camera; see watch.ts. */
  watch(sights: AsyncIterable<Sight>, { signal }: LocalizeOptions = {}): AsyncGenerator<Moment> {
    const senses = {
      model: this.model,
      hear: (sound: Sound) => hear(this.model, this.#soundSession, sound, signal),
      see: (picture: Picture) => see(this.model.picture, this.#pictureSession, picture),
    };
    return watch(senses, sights, { signal });
  }

  /** Frees both networks; nothing can be asked afterwards. */
  async close(): Promise<void> {
    await Promise.all([this.#pictureSession.close(), this.#soundSession.close()]);
  }
}
