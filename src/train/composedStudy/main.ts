/**
 * `npm run study:composed -- --data DIR`: joins two published networks, trains the report's dense layer, and writes what
 * came of it into docs/composed.md. The same command resumes; Ctrl-C stops after the step at hand.
 */
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { LookhearError } from '../../errors.ts';
import { writeFileAtomically } from '../../media/atomicWrite.ts';
import { openPage } from '../markedPage.ts';
import { runStudyCommand, sayProgress, stopSignal, wholeNumber } from '../studyCommand.ts';
import { runStudy, type StudySettings } from './study.ts';
import { marks, studyNumbers, studyText } from './table.ts';

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
  const page = await openPage(values.out, marks);
  const result = await runStudy(settings, {
    signal: stopSignal(),
    onProgress: sayProgress,
    onTraining: (what, { step, steps, loss, validation }) => {
      if (validation)
        console.error(`${what}  ${step}/${steps}  loss ${loss.toFixed(4)}, fold 0 ${validation.loss.toFixed(4)}`);
    },
  });
  const numbers = studyNumbers(result, settings);
  const text = studyText(numbers);
  if (values.json) await writeFileAtomically(values.json, `${JSON.stringify(numbers, null, 2)}\n`, { force: true });
  await page.write(text);
  console.log(`${text}\n\nwrote ${values.out}`);
}

await runStudyCommand(main);
