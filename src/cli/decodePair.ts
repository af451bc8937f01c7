/** A picture and a sound, decoded side by side, with how long each took: part of the timing of a finding. */
import type { Finding } from '../localize/finding.ts';
import { readPicture } from '../media/readPicture.ts';
import { readSound } from '../media/readSound.ts';
import type { Picture } from '../picture/picture.ts';
import type { Sound } from '../sound/sound.ts';

export interface DecodedPair {
  readonly picture: Picture;
  readonly sound: Sound;
  readonly pictureMs: number;
  readonly soundMs: number;
}

/** @throws LookhearError whatever `readPicture` and `readSound` throw */
export async function decodePair(pictureFile: string, soundFile: string, signal?: AbortSignal): Promise<DecodedPair> {
  const options = signal === undefined ? {} : { signal };
  const start = performance.now();
  const sinceStart = (): number => performance.now() - start;
  const [[picture, pictureMs], [sound, soundMs]] = await Promise.all([
    readPicture(pictureFile, options).then((picture) => [picture, sinceStart()] as const),
    readSound(soundFile, options).then((sound) => [sound, sinceStart()] as const),
  ]);
  return { picture, sound, pictureMs, soundMs };
}

/** @param totalMs From file to finding. */
export function withDecodingTime(finding: Finding, decoded: DecodedPair, totalMs: number): Finding {
  const { loadMs, soundMs, pictureMs } = finding.timing;
  return {
    ...finding,
    timing: { loadMs, soundMs: soundMs + decoded.soundMs, pictureMs: pictureMs + decoded.pictureMs, totalMs },
  };
}
