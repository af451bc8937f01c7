/**
 * The door for Node: give it a picture and a sound; it shows which pixels make the sound, or says that none do.
 *
 * ```ts
 * import { localize } from 'lookhear';
 * const finding = await localize('yard.jpg', 'bark.mp3');
 * finding.answer; // 'here'
 * finding.regions[0]; // { label: 'dog', score: 0.71, xmin: 212, ymin: 148, xmax: 376, ymax: 268, area: 14210 }
 * ```
 */
import type { PictureEvidence, SoundEvidence } from './localize/evidence.ts';
import type { Finding } from './localize/finding.ts';
import { type LoadOptions, loadModel } from './localize/loadModel.node.ts';
import { type LocalizeOptions, Localizer } from './localize/localizer.ts';
import type { Moment, Sight } from './localize/watch.ts';
import { type PictureSource, readPicture } from './media/readPicture.ts';
import { type ReadSoundOptions, readSound, type SoundSamples } from './media/readSound.ts';
import { readVideo, type Video } from './media/readVideo.ts';
import { sightsOf } from './media/sightsOf.ts';
import type { Picture } from './picture/picture.ts';
import type { Sound } from './sound/sound.ts';

export type { EngineChoice } from './engine/chooseEngine.node.ts';
export { type ErrorCode, errorCodes, LookhearError } from './errors.ts';
export type { Heard, PatchEvidence, PictureEvidence, SoundEvidence } from './localize/evidence.ts';
export type { Answer, ClassFinding, Finding, HeardPatch, Region } from './localize/finding.ts';
export type { LoadOptions } from './localize/loadModel.node.ts';
export type { LocalizeOptions } from './localize/localizer.ts';
export { paintOver, type TimedPicture } from './localize/paintOver.ts';
export type { Moment, Sight } from './localize/watch.ts';
export { type PictureSource, readPicture } from './media/readPicture.ts';
export { type ReadSoundOptions, readSound, type SoundSamples } from './media/readSound.ts';
export { readVideo, type StreamOptions, type Video } from './media/readVideo.ts';
export { writePicture } from './media/writePicture.ts';
export { type WriteVideoOptions, writeVideo } from './media/writeVideo.ts';
export { type PaintOptions, paint } from './picture/paint.ts';
export type { Box, Picture, PixelMap } from './picture/picture.ts';
export { type ConnectedRegion, findRegions, type RegionOptions } from './picture/regions.ts';
export type { Sound } from './sound/sound.ts';
export type { Model } from './weights/model.ts';
export { type ListedModel, listModels } from './weights/modelFolder.node.ts';

/** A path, the bytes of a file, or samples. */
export type SoundSource = string | Uint8Array | SoundSamples;

export interface WatchOptions extends LocalizeOptions {
  /** From one moment to the next, seconds. Unset: 0.25. */
  readonly every?: number;
  /** Takes what is wrong where a file breaks off before its end; what came before counts. */
  readonly onDamage?: ((complaint: string) => void) | undefined;
}

/** A loaded model that takes paths, the bytes of files, or pixels and samples. `close` it when done. */
export class FileLocalizer extends Localizer {
  override async localize(picture: PictureSource, sound: SoundSource, options: LocalizeOptions = {}): Promise<Finding> {
    const start = performance.now();
    const decoded = await decode(picture, sound, options);
    return withDecoding(await super.localize(decoded.picture, decoded.sound, options), decoded, start);
  }

  override async hear(sound: SoundSource, options: LocalizeOptions = {}): Promise<SoundEvidence> {
    return super.hear(await readSound(sound, signalOnly(options)), options);
  }

  override async see(picture: PictureSource): Promise<PictureEvidence> {
    return super.see(await readPicture(picture));
  }

  /**
   * A video moment by moment, through the system's ffmpeg: a path, what `readVideo` gave, or pictures and sounds in time
   * order. Fails as `readVideo` does.
   */
  override async *watch(
    video: string | Video | AsyncIterable<Sight>,
    { every = 0.25, onDamage, signal }: WatchOptions = {},
  ): AsyncGenerator<Moment> {
    const source = typeof video === 'string' ? await readVideo(video, { signal }) : video;
    const windowSeconds = this.model.sound.patchSeconds;
    const sights = 'frames' in source ? sightsOf(source, { every, windowSeconds, onDamage, signal }) : source;
    yield* super.watch(sights, { signal });
  }
}

/**
 * Loads a model once, for many pictures and sounds.
 * @throws LookhearError MODEL_MISSING, MODEL_INVALID, ENGINE_MISSING or ABORTED
 */
export async function openLocalizer(options: LoadOptions = {}): Promise<FileLocalizer> {
  return new FileLocalizer(await loadModel(options));
}

/**
 * One picture and one sound. The model is loaded while both are decoded, and let go afterwards.
 * @throws LookhearError whatever `openLocalizer`, `readPicture` and `readSound` throw
 */
export async function localize(
  picture: PictureSource,
  sound: SoundSource,
  options: LoadOptions = {},
): Promise<Finding> {
  const start = performance.now();
  const { signal } = options;
  const opening = openLocalizer(options);
  try {
    const [localizer, decoded] = await Promise.all([opening, decode(picture, sound, { signal })]);
    return withDecoding(await localizer.localize(decoded.picture, decoded.sound, { signal }), decoded, start);
  } finally {
    await opening.then(
      (localizer) => localizer.close(),
      () => {}, // told by Promise.all, unless an input failed first
    );
  }
}

interface Decoded {
  readonly picture: Picture;
  readonly sound: Sound;
  readonly pictureMs: number;
  readonly soundMs: number;
}

async function decode(picture: PictureSource, sound: SoundSource, options: LocalizeOptions): Promise<Decoded> {
  const [decodedPicture, decodedSound] = await Promise.all([
    timed(() => readPicture(picture, options)),
    timed(() => readSound(sound, signalOnly(options))),
  ]);
  return {
    picture: decodedPicture.value,
    sound: decodedSound.value,
    pictureMs: decodedPicture.ms,
    soundMs: decodedSound.ms,
  };
}

function withDecoding(finding: Finding, { pictureMs, soundMs }: Decoded, start: number): Finding {
  const { timing } = finding;
  return {
    ...finding,
    timing: {
      loadMs: timing.loadMs,
      soundMs: timing.soundMs + soundMs,
      pictureMs: timing.pictureMs + pictureMs,
      totalMs: performance.now() - start,
    },
  };
}

function signalOnly({ signal }: LocalizeOptions): ReadSoundOptions {
  return signal === undefined ? {} : { signal };
}

async function timed<Value>(work: () => Promise<Value>): Promise<{ value: Value; ms: number }> {
  const start = performance.now();
  const value = await work();
  return { value, ms: performance.now() - start };
}
