/**
 * A video, or a camera and a microphone: what a picture and a sound are asked once is asked again for every moment. The
 * sound of a moment is a window of the length that the sound network takes; whether there is any sound at all is judged
 * by the second around the moment, so that a pause is a pause. Heat is smoothed over time, and begins anew where the
 * scene changes (see smoothHeat and picture/sceneCut).
 */

import type { Picture } from '../picture/picture.ts';
import { type ColourLayout, colourLayout, isCut } from '../picture/sceneCut.ts';
import { isSilent } from '../sound/loudness.ts';
import type { SoundAt } from '../sound/slidingWindow.ts';
import type { Model } from '../weights/model.ts';
import { throwIfAborted } from './abort.ts';
import { combinePatches } from './combinePatches.ts';
import type { PictureEvidence, SoundEvidence } from './evidence.ts';
import type { Finding } from './finding.ts';
import { explain } from './findingOf.ts';
import { lookFor } from './lookFor.ts';
import { createHeatSmoother } from './smoothHeat.ts';

/** One moment of a video: what is on screen, and what is heard around it. */
export interface Sight {
  /** Seconds from the beginning; must not fall. */
  readonly time: number;
  readonly picture: Picture;
  /**
   * A window of the sound that the moment lies in, of model.sound.patchSeconds where there is that much: around the
   * moment in a recording, ending with it in a live one. Null where there is no sound at all.
   */
  readonly sound: SoundAt | null;
}

/** What is found at one moment; `heat` and `regions` are smoothed over time, everything else is of the moment. */
export interface Moment extends Omit<Finding, 'model' | 'timing'> {
  /** Seconds from the beginning. */
  readonly time: number;
  /** Probability that what is heard is in the picture, 0..1; 0 for silence. */
  readonly presence: number;
  /** Whether another scene began since the moment before; false for the first. */
  readonly isNewScene: boolean;
  /** The colours of its picture, which tell to which of two scenes a frame between two moments belongs. */
  readonly layout: ColourLayout;
}

/** The two halves of a model: a localizer, or what stands in for it. */
export interface Senses {
  readonly model: Model;
  hear(sound: SoundAt, options: { readonly signal?: AbortSignal | undefined }): Promise<SoundEvidence>;
  see(picture: Picture): Promise<PictureEvidence>;
}

/** The pause between two words is not silence; that between two sentences is. Seconds before and after a moment. */
const nearness = 0.5;
/** The network hears anew once its window has moved by this part of its length; until then it would hear the same. */
const hearingStep = 0.1;

/**
 * A moment is asked for only when the one before it was taken, so a slow reader slows the source down. Fails with ABORTED
 * where the signal says so, and as `hear` and `see` do.
 */
export async function* watch(
  senses: Senses,
  sights: AsyncIterable<Sight>,
  { signal }: { readonly signal?: AbortSignal | undefined } = {},
): AsyncGenerator<Moment> {
  const { model } = senses;
  const hear = createHearing(senses, signal);
  const smooth = createHeatSmoother();
  let layoutBefore: ColourLayout | undefined;
  for await (const { time, picture, sound } of sights) {
    throwIfAborted(signal);
    const layout = colourLayout(picture);
    const isNewScene = layoutBefore !== undefined && isCut(layoutBefore, layout);
    layoutBefore = layout;
    const isHeard = sound !== null && !isSilent(near(sound, time), model.silence.dbfs);
    const soundEvidence = isHeard ? await hear(sound) : silence(sound);
    throwIfAborted(signal);
    const pictureEvidence = await senses.see(picture);
    throwIfAborted(signal);
    const heard = combinePatches(soundEvidence.patches, model.sound.combine);
    const look = lookFor(model, pictureEvidence, heard, picture);
    const heat = smooth(look.heat, time, isNewScene);
    const found = explain(model, pictureEvidence, soundEvidence, heard, { ...look, heat });
    yield { time, presence: look.presence, isNewScene, layout, ...found };
  }
}

function createHearing({ model, hear }: Senses, signal: AbortSignal | undefined) {
  let last: { readonly window: SoundAt; readonly evidence: SoundEvidence } | undefined;
  return async (window: SoundAt): Promise<SoundEvidence> => {
    const isTheSame =
      last !== undefined &&
      last.window.samples.length === window.samples.length &&
      Math.abs(last.window.start - window.start) < hearingStep * model.sound.patchSeconds - 1e-6;
    if (!isTheSame) last = { window, evidence: inTime(await hear(window, { signal }), window) };
    return last!.evidence;
  };
}

function near({ samples, sampleRate, start }: SoundAt, time: number): SoundAt {
  const at = (seconds: number): number =>
    Math.min(samples.length, Math.max(0, Math.round((seconds - start) * sampleRate)));
  return { sampleRate, start: time - nearness, samples: samples.subarray(at(time - nearness), at(time + nearness)) };
}

/** What was heard in a window, with times of the whole sound. */
function inTime({ seconds, patches }: SoundEvidence, window: SoundAt): SoundEvidence {
  const shifted = patches.map((patch) => ({
    ...patch,
    start: window.start + patch.start,
    end: window.start + patch.end,
  }));
  return { seconds, patches: shifted };
}

function silence(sound: SoundAt | null): SoundEvidence {
  return { seconds: sound === null ? 0 : sound.samples.length / sound.sampleRate, patches: [] };
}
