/**
 * `lookhear data fingerprint`: the list of what a model was trained on, for its folder: ids, hashes and fingerprints,
 * from which no picture or sound can be made. "lookhear evaluate" finds in it what a test set shares with the training.
 */
import { stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { isFile } from '../data/mediaFolders.ts';
import { readPairLines } from '../data/pairLines.ts';
import { readTrainingPairs } from '../data/readTrainingPairs.ts';
import { LookhearError } from '../errors.ts';
import { filesOfPairs, fingerprintTraining, type TrainingFiles } from '../evaluate/fingerprintTraining.ts';
import { writeTrainingManifest } from '../evaluate/trainingManifestFile.ts';
import { readTrainingFiles } from '../train/small/trainingFiles.ts';
import { checkOutputs } from './outputs.ts';
import { startProgress } from './progress.ts';
import type { Invocation } from './verb.ts';
import { isForPeople, jsonFile, writeJson } from './writeJson.ts';

/** Sentences that are shown to people; JSON has all. */
const shownAtMost = 10;

/** @returns 3 where files could not be read; the list has their ids alone */
export async function run({ inputs: [source], options, signal }: Invocation): Promise<0 | 3> {
  const { out, force, quiet } = options;
  if (source === undefined || out === undefined) {
    throw new LookhearError('USAGE', 'Expected a list or folder of training data, and --out.', {
      hint: 'For instance: lookhear data fingerprint pairs.jsonl -o model/training.jsonl.gz',
    });
  }
  await checkOutputs([out, jsonFile(options)], { force: force === true, inputs: [source] });
  const files = await filesOf(source);
  const total = files.pictures.length + files.sounds.length;
  const progress = startProgress({ what: 'fingerprint', unit: 'files', total });
  const { manifest, problems } = await fingerprintTraining(files, {
    signal,
    onProgress: () => quiet || progress.advance(),
  }).finally(() => progress.end());
  await writeTrainingManifest(out, manifest, { force });
  const bytes = (await stat(out)).size;
  const pictures = { total: manifest.pictures.length, comparable: manifest.pictures.filter(({ hash }) => hash).length };
  const sounds = {
    total: manifest.sounds.length,
    comparable: manifest.sounds.filter(({ fingerprint }) => fingerprint).length,
  };
  await writeJson({ schema: 'lookhear/fingerprinted@1', out, bytes, pictures, sounds, problems }, options);
  if (isForPeople(options)) {
    console.log(`  pictures     ${pictures.total}, of ${pictures.comparable} of them copies can be found`);
    console.log(`  sounds       ${sounds.total}, of ${sounds.comparable} of them copies can be found`);
    for (const problem of problems.slice(0, shownAtMost)) console.log(`  unreadable   ${problem}`);
    if (problems.length > shownAtMost) console.log(`               and ${problems.length - shownAtMost} more`);
    console.log(`  wrote ${out}, ${Math.ceil(bytes / 1000)} kB`);
  }
  return problems.length === 0 ? 0 : 3;
}

/** A list of pairs, a folder of pairs in one of its layouts, or the training folder of the small model. */
async function filesOf(source: string): Promise<TrainingFiles> {
  if (await isFile(source)) return filesOfPairs((await readPairLines(resolve(source))).pairs);
  if (await isFile(join(source, 'pictures', 'pictures.jsonl'))) return await readTrainingFiles(source);
  return filesOfPairs((await readTrainingPairs(source)).pairs);
}
