/**
 * `npm run study:objectives -- --data DIR`: teaches a small model by each objective and writes what came of it into
 * docs/objectives.md. The same command resumes; Ctrl-C stops after the step at hand.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { errorCodes, LookhearError } from '../../errors.ts';
import { writeFileAtomically } from '../../media/atomicWrite.ts';
import { runStudy, type StudySettings } from './study.ts';
import { placeInPage, studyText } from './table.ts';

const usage = `Teaches a small model by each objective, judges it, and writes the table of docs/objectives.md.

Usage: npm run study:objectives -- --data DIR [options]
  --data DIR        training folder with pictures/ and sounds/
  --pretrained DIR  published networks (default: "pretrained" beside the training folder)
  --features DIR    run folder of train:small; features that are not there are made (default runs/small)
  --run DIR         where checkpoints and logs go (default runs/objectives)
  --out FILE        page to write the table into (default docs/objectives.md)
  --pictures N      at most so many pictures (default: all)
  --steps N         training steps of each model (default 400)
  --seed N          of everything random (default 1)
  --fold N          the fold that judges, 0 to 4 (default 0)
  --threads N       of the engine (default 1)`;

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      data: { type: 'string' },
      pretrained: { type: 'string' },
      features: { type: 'string', default: join('runs', 'small') },
      run: { type: 'string', default: join('runs', 'objectives') },
      out: { type: 'string', default: join('docs', 'objectives.md') },
      pictures: { type: 'string' },
      steps: { type: 'string', default: '400' },
      seed: { type: 'string', default: '1' },
      fold: { type: 'string', default: '0' },
      threads: { type: 'string', default: '1' },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help) {
    console.log(usage);
    return;
  }
  if (values.data === undefined) {
    throw new LookhearError('USAGE', 'the training folder is missing', { hint: 'give it with --data' });
  }
  const settings: StudySettings = {
    data: values.data,
    pretrained: values.pretrained ?? join(values.data, '..', 'pretrained'),
    features: values.features,
    run: values.run,
    pictures: values.pictures === undefined ? Infinity : wholeNumber('--pictures', values.pictures, 1),
    steps: wholeNumber('--steps', values.steps, 1),
    seed: wholeNumber('--seed', values.seed, 1),
    fold: wholeNumber('--fold', values.fold, 0),
    threads: wholeNumber('--threads', values.threads, 1),
  };
  // The page is read first, so that hours are not spent on a table without a place.
  const page = await readFile(values.out, 'utf8').catch((cause: unknown) => {
    throw new LookhearError('INPUT_MISSING', `cannot read ${values.out}`, { hint: 'give the page with --out', cause });
  });
  placeInPage(page, '', values.out);

  const stop = new AbortController();
  process.once('SIGINT', () => {
    stop.abort(new LookhearError('ABORTED', 'stopped; the same command goes on'));
    process.once('SIGINT', () => process.exit(errorCodes.ABORTED));
  });
  const result = await runStudy(settings, {
    signal: stop.signal,
    onProgress: (done, total, what) => {
      if (done % 100 === 0 || done === total) console.error(`${what}  ${done}/${total}`);
    },
  });
  const text = studyText(result, settings);
  await writeFileAtomically(values.out, placeInPage(page, text, values.out), { force: true });
  console.log(`${text}\n\nwrote ${values.out}`);
}

function wholeNumber(option: string, text: string, least: number): number {
  const value = Number(text);
  if (Number.isInteger(value) && value >= least) return value;
  throw new LookhearError('USAGE', `expected a whole number from ${least} up for ${option}, got ${text}`);
}

try {
  await main();
} catch (error) {
  const isWrongUse = error instanceof TypeError && 'code' in error && `${error.code}`.startsWith('ERR_PARSE_ARGS');
  const known = isWrongUse ? new LookhearError('USAGE', error.message) : error;
  if (!(known instanceof LookhearError)) throw error;
  console.error(`error: ${known.message}${known.hint ? `\n  ${known.hint}` : ''}`);
  process.exitCode = errorCodes[known.code];
}
