/** The pairs that a training sees and those that judge it, with whatever a person should know about them. */
import { readTrainingPairs } from '../../data/readTrainingPairs.ts';
import { type Split, splitByGroup } from '../../data/split.ts';
import { LookhearError } from '../../errors.ts';
import type { TrainingConfig } from '../run/config.ts';

/**
 * @param note is told in sentences what was left out
 * @throws LookhearError USAGE where the objective needs places and no pair has one, and what reading fails with
 */
export async function readSplit(config: TrainingConfig, note: (text: string) => void): Promise<Split> {
  const { pairs, missing, refused, notes, layout } = await readTrainingPairs(config.data);
  for (const text of notes) note(text);
  if (missing.length > 0) {
    note(
      `${missing.length} files that ${config.data} names are not there, ${missing[0]} first; their pairs are left out.`,
    );
  }
  if (refused.length > 0) note(`${refused.length} pairs are left out: they belong to a published test set.`);
  const split =
    config.validationShare === 0
      ? { training: pairs, validation: [] }
      : splitByGroup(pairs, config.validationShare, config.seed);
  note(`${layout}: ${split.training.length} pairs to train on, ${split.validation.length} to validate.`);
  if (config.objective === 'supervised' && split.training.every(({ target }) => target.kind === 'none')) {
    const problem = `No pair of ${config.data} has boxes or a mask, which a supervised training needs.`;
    throw new LookhearError('USAGE', problem, { hint: 'Train with --objective unsupervised.' });
  }
  return split;
}
