/**
 * `lookhear score`: the maps of any system against annotations, under every rule of the field, with what needs no system
 * beside them. Items come from the threads in any order and are added up in the order of the file, so that the last digit
 * does not depend on the number of threads.
 */
import type { FileHandle } from 'node:fs/promises';
import { stat } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { LookhearError } from '../errors.ts';
import { writeFileAtomically } from '../media/atomicWrite.ts';
import { CiouTally } from '../metrics/consensusIou.ts';
import { orderedLines } from '../parallel/orderedLines.ts';
import { checkOutputs } from './outputs.ts';
import { startProgress } from './progress.ts';
import { checkScoreLines, readScoreLines } from './scoreLines.ts';
import { type Scores, scoresJson } from './scoresJson.ts';
import { scoreLines } from './scoreText.ts';
import { type Cious, floorNames, type ScoreAnswer, type ScoreRequest, startScoreWorkers } from './scoreWorkers.ts';
import type { Invocation } from './verb.ts';
import { isForPeople, jsonFile, writeJson } from './writeJson.ts';

/** Each holds a map or two; more would only wait for the disk. */
const mostAtOnce = 16;

export async function run({ inputs, options, signal }: Invocation): Promise<0 | 3> {
  const { maps: folder, pairs, items, force = false } = options;
  if (folder === undefined || pairs === undefined || inputs.length > 0) {
    throw new LookhearError(
      'USAGE',
      'Expected the maps and their annotations, --maps DIR --pairs FILE, and no inputs.',
    );
  }
  const threshold = thresholdOf(options.threshold);
  await checkFolder(folder);
  await checkOutputs([jsonFile(options), items], { force, inputs: [pairs] });
  const total = await checkScoreLines(pairs, signal);

  const count = Math.min(options.threads ?? availableParallelism(), mostAtOnce, total);
  const work = { folder, pairs, threshold, total, count, signal };
  let scores: Scores | undefined;
  if (items === undefined) scores = await scoreAll(work);
  else {
    await writeFileAtomically(
      items,
      async (file) => {
        scores = await scoreAll(work, file);
      },
      { force },
    );
  }
  await writeJson(scoresJson(scores!, threshold), options);
  if (isForPeople(options)) for (const line of scoreLines(scores!)) console.log(`  ${line}`.trimEnd());
  return scores!.missing.length + scores!.unreadable.length === 0 ? 0 : 3;
}

function thresholdOf(text: string | undefined): number | null {
  if (text === undefined) return null;
  const value = Number(text);
  if (text.trim() !== '' && Number.isFinite(value)) return value;
  throw new LookhearError('USAGE', `Expected a number for --threshold, got "${text}".`, {
    hint: 'It is compared with the raw values of the maps, such as 0.6382.',
  });
}

async function checkFolder(folder: string): Promise<void> {
  const status = await stat(folder).catch(() => undefined);
  if (status?.isDirectory()) return;
  throw new LookhearError('INPUT_MISSING', `Cannot read ${folder}: there is no such folder.`, {
    hint: 'Give the folder that holds <id>.npy or <id>.png for each id.',
  });
}

interface Work {
  readonly folder: string;
  readonly pairs: string;
  readonly threshold: number | null;
  readonly total: number;
  /** Threads. */
  readonly count: number;
  readonly signal: AbortSignal;
}

/** @param file where a line for each item and rule goes. */
async function scoreAll({ folder, pairs, threshold, total, count, signal }: Work, file?: FileHandle): Promise<Scores> {
  const scores = emptyScores();
  const lines = file && orderedLines(file);
  const requests = readScoreLines(pairs);
  const waiting = new Map<number, () => void>();
  let [asked, added, written] = [0, 0, 0];

  function next(): ScoreRequest | undefined {
    const { value } = requests.next();
    return value && { index: asked++, ...value };
  }

  function add(id: string, answer: ScoreAnswer): void {
    if ('missing' in answer) scores.missing.push(id);
    else if ('unreadable' in answer) scores.unreadable.push({ id, problem: answer.unreadable });
    else {
      addTo(scores.rules, answer.cious);
      for (const name of floorNames) addTo(scores.floors[name], answer.floors[name]);
      scores.ceiling.add(answer.ceiling);
      if (!answer.hasSource) scores.withoutSource++;
      for (const [rule, ciou] of Object.entries(answer.cious)) {
        lines?.put(written++, { id, rule, ciou: Number.isNaN(ciou) ? null : ciou });
      }
    }
  }

  const workers = await startScoreWorkers(count, { folder, threshold });
  const progress = startProgress({ what: 'score', unit: 'maps', total });
  try {
    const done = ({ index, id }: ScoreRequest, answer: ScoreAnswer): void => {
      progress.advance(!('cious' in answer));
      waiting.set(index, () => add(id, answer));
      for (let ready = waiting.get(added); ready !== undefined; ready = waiting.get(added)) {
        ready();
        waiting.delete(added++);
      }
    };
    await workers.run(next, done, signal);
  } finally {
    progress.end();
    requests.return(undefined);
    await workers.close();
  }
  await lines?.end();
  if (signal.aborted) throw new LookhearError('ABORTED', 'Stopped.', { hint: 'Nothing was written.' });
  return scores;
}

function emptyScores(): Scores {
  return {
    rules: new Map(),
    floors: { 'whole picture': new Map(), 'centre Gaussian': new Map() },
    ceiling: new CiouTally(),
    withoutSource: 0,
    missing: [],
    unreadable: [],
  };
}

function addTo(tallies: Map<string, CiouTally>, cious: Cious): void {
  for (const [rule, ciou] of Object.entries(cious)) {
    const tally = tallies.get(rule) ?? new CiouTally();
    tallies.set(rule, tally);
    tally.add(ciou);
  }
}
