/**
 * `npm run evaluate:small -- --data DIR`: evaluates the model that ships, first on its validation pairs, whose negatives
 * set the universal threshold, then on the real clips, which set nothing; and writes the tables into the docs, the
 * model's card and the README. The same command goes on where it was stopped.
 */
import { mkdir } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { readOurs } from '../../benchmarks/ours.ts';
import { LookhearError } from '../../errors.ts';
import { evaluateBenchmark } from '../../evaluate/evaluateBenchmark.ts';
import type { Evaluation } from '../../evaluate/evaluation.ts';
import { tableForDocs } from '../../evaluate/report/tableForDocs.ts';
import { readThreshold } from '../../evaluate/threshold.ts';
import { writeFileAtomically } from '../../media/atomicWrite.ts';
import { type Marks, openPage } from '../markedPage.ts';
import { runStudyCommand, sayProgress, stopSignal, wholeNumber } from '../studyCommand.ts';
import { validationPairs } from './validationPairs.ts';

const usage = `Evaluates the model that ships on its validation pairs and on the real clips.

Usage: npm run evaluate:small -- --data DIR [options]
  --data DIR     training folder with pictures/, sounds/ and pairs/
  --run DIR      where the evaluations go (default runs/small-evaluation)
  --model NAME   the model: name or folder (default small)
  --threads N    items at once (default: the cores)`;

const marks: Marks = { begin: '<!-- evaluation:begin -->', end: '<!-- evaluation:end -->' };

/** Places for the tables. */
const pages = ['README.md', join('docs', 'evaluation.md'), join('models', 'small', 'card.md')];

const seed = 1;

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      data: { type: 'string' },
      run: { type: 'string', default: join('runs', 'small-evaluation') },
      model: { type: 'string', default: 'small' },
      threads: { type: 'string', default: String(availableParallelism()) },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help) {
    console.log(usage);
    return;
  }
  const { data, run, model } = values;
  if (data === undefined) {
    throw new LookhearError('USAGE', 'the training folder is missing', { hint: 'give it with --data' });
  }
  const threads = wholeNumber('--threads', values.threads);
  const signal = stopSignal();
  const places = await Promise.all(pages.map((path) => openPage(path, marks)));
  await mkdir(run, { recursive: true });

  async function evaluateList(name: string, list: string, thresholdOf?: string): Promise<Evaluation> {
    let [done, all] = [0, 0];
    const evaluation = await evaluateBenchmark(await readOurs(list), {
      out: join(run, name),
      command: `npm run evaluate:small -- --data DIR (${name})`,
      model,
      threads,
      threshold: thresholdOf === undefined ? undefined : await readThreshold(thresholdOf),
      seed,
      signal,
      onStart: (total, before) => {
        [done, all] = [before, total];
      },
      onItem: () => sayProgress(++done, all, name),
    });
    if (evaluation === null) throw new Error('A whole run has figures.');
    return evaluation;
  }

  const list = join(run, 'validation.jsonl');
  await writeFileAtomically(list, await validationPairs(data, seed), { force: true });
  const validation = await evaluateList('validation', list);
  const clips = await evaluateList(
    'real-clips',
    join(data, 'pairs', 'pairs.jsonl'),
    join(run, 'validation', 'report.json'),
  );
  const text = [
    `### Validation pairs of the model's recipe (fold 0)\n\n${tableForDocs(validation)}`,
    `### Real clips, which set nothing\n\n${tableForDocs(clips)}`,
  ].join('\n\n');
  for (const place of places) await place.write(text);
  console.log(`${text}\n\nwrote ${pages.join(', ')}`);
}

await runStudyCommand(main);
