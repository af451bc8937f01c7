/**
 * What the maps are judged on: the real clips of the training folder, which nothing is trained or set on, and pairs of
 * fold 0, composed of a picture and a clip of the same label, on the coarse grid of the features.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { Session } from '../../engine/engine.ts';
import { combinePatches } from '../../localize/combinePatches.ts';
import type { Heard, PictureEvidence } from '../../localize/evidence.ts';
import { hear } from '../../localize/hear.ts';
import { see } from '../../localize/see.ts';
import { readPicture } from '../../media/readPicture.ts';
import { readSound } from '../../media/readSound.ts';
import type { Model } from '../../weights/model.ts';
import { labels } from '../small/labels.ts';
import { type Features, gridCells, gridSide } from './features.ts';
import type { Judged } from './judge.ts';
import type { Material } from './material.ts';
import { clipsOf, isWatched, showings } from './trainDense.ts';

const realRow = z.object({
  image: z.string(),
  audio: z.string(),
  class: z.string(),
  scene: z.string(),
  boxes: z.array(z.object({ xmin: z.number(), ymin: z.number(), xmax: z.number(), ymax: z.number() })),
  width: z.number(),
  height: z.number(),
});

export type RealRow = z.infer<typeof realRow>;

/** Those whose source is in view. */
export async function readRealRows(data: string): Promise<RealRow[]> {
  const lines = (await readFile(join(data, 'pairs', 'pairs.jsonl'), 'utf8')).trim().split('\n');
  return lines.map((line) => realRow.parse(JSON.parse(line))).filter(({ boxes }) => boxes.length > 0);
}

export async function lookAtAll(
  data: string,
  rows: readonly RealRow[],
  { picture }: Pick<Model, 'picture'>,
  session: Session,
  onDone: (done: number) => void,
): Promise<PictureEvidence[]> {
  const seen: PictureEvidence[] = [];
  for (const { image } of rows) {
    seen.push(await see(picture, session, await readPicture(join(data, 'pairs', image))));
    onDone(seen.length);
  }
  return seen;
}

export async function listenToAll(
  data: string,
  rows: readonly RealRow[],
  model: Pick<Model, 'sound' | 'silence'>,
  session: Session,
): Promise<(Heard | null)[]> {
  const heard: (Heard | null)[] = [];
  for (const { audio } of rows) {
    const { patches } = await hear(model, session, await readSound(join(data, 'pairs', audio)));
    heard.push(combinePatches(patches, model.sound.combine));
  }
  return heard;
}

export function realPairs(
  rows: readonly RealRow[],
  seen: readonly PictureEvidence[],
  heard: readonly (Heard | null)[],
): Judged[] {
  return rows.map(({ class: kind, scene, boxes, width, height }, index) => ({
    kind,
    scene,
    boxes,
    width,
    height,
    seen: seen[index],
    heard: heard[index],
  }));
}

/** @param hearing What the ears say of a patch of a clip. */
export function watchedPairs(
  material: Material,
  features: Features,
  silence: number,
  hearing: (clip: number, patch: number) => Float32Array,
): Judged[] {
  return showings(material, isWatched).flatMap(({ picture, label, boxes }, index) => {
    const clips = clipsOf(material, label, isWatched);
    const clip = clips[index % clips.length];
    const row = material.pictures[picture];
    const heard = combinePatches(features.evidence(clip, silence, (patch) => hearing(clip, patch)));
    const seen: PictureEvidence = {
      columns: gridSide,
      rows: gridSide,
      probabilities: features.picture(picture),
      background: new Float32Array(gridCells),
    };
    return [{ kind: labels[label], scene: row.group, boxes, width: row.width, height: row.height, seen, heard }];
  });
}
