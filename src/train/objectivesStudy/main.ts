/**
 * `npm run study:objectives -- --data DIR`: teaches a small model by each objective and writes what came of it into
 * docs/objectives.md. The same command resumes; Ctrl-C stops after the step at hand.
 */
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { LookhearError } from '../../errors.ts';
import { openPage } from '../markedPage.ts';
import { runStudyCommand, sayProgress, stopSignal, wholeNumber } from '../studyCommand.ts';
import { runStudy, type StudySettings } from './study.ts';
import { marks, studyText } from './table.ts';

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
    pictures: values.pictures === undefined ? Infinity : wholeNumber('--pictures', values.pictures),
    steps: wholeNumber('--steps', values.steps),
    seed: wholeNumber('--seed', values.seed),
    fold: wholeNumber('--fold', values.fold, 0),
    threads: wholeNumber('--threads', values.threads),
  };
  const page = await openPage(values.out, marks);
  const result = await runStudy(settings, {
    signal: stopSignal(),
    onProgress: sayProgress,
  });
  const text = studyText(result, settings);
  await page.write(text);
  console.log(`${text}\n\nwrote ${values.out}`);
}

await runStudyCommand(main);
