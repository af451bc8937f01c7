/**
 * `npm run study:composed -- --data DIR`: joins two published networks, trains the report's dense layer, and writes what
 * came of it into docs/composed.md. The same command resumes; Ctrl-C stops after the step at hand.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { errorCodes, LookhearError } from '../../errors.ts';
import { writeFileAtomically } from '../../media/atomicWrite.ts';
import { runStudy, type StudySettings } from './study.ts';
import { placeInPage, studyNumbers, studyText } from './table.ts';

const usage = `Joins two published networks into the report's system, trains its dense layer, judges both.

Usage: npm run study:composed -- --data DIR [options]
  --data DIR        training folder with pictures/, sounds/ and pairs/
  --pretrained DIR  published networks (default: "pretrained" beside the training folder)
  --run DIR         where folders, features and models go (default runs/composed)
  --out FILE        page to write the tables into (default docs/composed.md)
  --json FILE       the same numbers for programs (default: none)
  --beside MODEL    model that stands beside them: name or folder (default small)
  --pictures N      at most so many pictures to learn from (default 240)
  --clips N         at most so many clips of each label to learn from (default 30)
  --trainings N     how often the layer is trained (default 3)`;

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      data: { type: 'string' },
      pretrained: { type: 'string' },
      run: { type: 'string', default: join('runs', 'composed') },
      out: { type: 'string', default: join('docs', 'composed.md') },
      json: { type: 'string' },
      beside: { type: 'string', default: 'small' },
      pictures: { type: 'string', default: '240' },
      clips: { type: 'string', default: '30' },
      trainings: { type: 'string', default: '3' },
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
    run: values.run,
    beside: values.beside,
    pictures: wholeNumber('--pictures', values.pictures),
    clips: wholeNumber('--clips', values.clips),
    trainings: wholeNumber('--trainings', values.trainings),
  };
  // The page is read first, so that an hour is not spent on tables without a place.
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
    onTraining: (what, { step, steps, loss, validation }) => {
      if (validation)
        console.error(`${what}  ${step}/${steps}  loss ${loss.toFixed(4)}, fold 0 ${validation.loss.toFixed(4)}`);
    },
  });
  const numbers = studyNumbers(result, settings);
  const text = studyText(numbers);
  if (values.json) await writeFileAtomically(values.json, `${JSON.stringify(numbers, null, 2)}\n`, { force: true });
  await writeFileAtomically(values.out, placeInPage(page, text, values.out), { force: true });
  console.log(`${text}\n\nwrote ${values.out}`);
}

function wholeNumber(option: string, text: string): number {
  const value = Number(text);
  if (Number.isInteger(value) && value >= 1) return value;
  throw new LookhearError('USAGE', `expected a whole number from 1 up for ${option}, got ${text}`);
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
