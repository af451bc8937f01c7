/**
 * A relation that someone wrote down: JSON, {"sound label": {"picture label": weight}}, with weights from 0 to 1. What
 * it does not name is 0. Labels are found by name as people write them (findLabel.ts).
 */
import { LookhearError } from '../errors.ts';
import { createLabelFinder, type LabelFinder } from './findLabel.ts';

/**
 * @param file What the relation is called in messages.
 * @returns a row for each sound label, with a weight of 0..1 for each picture label
 * Fails with INPUT_CORRUPT where the text is no such JSON, names a label that is not there or twice, has a weight
 * outside 0..1, or relates nothing at all.
 */
export function parseRelation(
  text: string,
  soundLabels: readonly string[],
  pictureLabels: readonly string[],
  file: string,
): number[][] {
  const rows = soundLabels.map(() => pictureLabels.map(() => 0));
  const sounds = entriesOf(readJson(text, file), 'sound', createLabelFinder(soundLabels), file);
  const findSight = createLabelFinder(pictureLabels);
  for (const [sound, sights] of sounds) {
    if (!isObject(sights)) {
      throw refusal(file, `"${soundLabels[sound]}" has no object of picture labels and weights`, shape);
    }
    for (const [sight, weight] of entriesOf(sights, 'picture', findSight, file)) {
      if (typeof weight !== 'number' || !(weight >= 0 && weight <= 1)) {
        const pair = `"${pictureLabels[sight]}" under "${soundLabels[sound]}"`;
        throw refusal(file, `the weight of ${pair} is ${JSON.stringify(weight)}`, 'A weight is a number from 0 to 1.');
      }
      rows[sound][sight] = weight;
    }
  }
  if (rows.every((row) => row.every((weight) => weight === 0))) {
    throw refusal(file, 'it relates no sound to any sight, so nothing could ever be found', shape);
  }
  return rows;
}

const shape = 'Write {"sound label": {"picture label": weight}}, with weights from 0 to 1.';

function readJson(text: string, file: string): object {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw refusal(file, 'it is not JSON', shape, cause);
  }
  if (!isObject(value)) throw refusal(file, 'it is not a JSON object', shape);
  return value;
}

/** The entries with their labels' places. */
function entriesOf(object: object, side: 'sound' | 'picture', find: LabelFinder, file: string): [number, unknown][] {
  const known = new Map<number, string>();
  return Object.entries(object).map(([name, value]) => {
    const place = find(name);
    if (place === undefined) {
      throw refusal(
        file,
        `the model has no ${side} label "${name}", or several of that name`,
        `The labels are in the model's model.json, under "${side}".`,
      );
    }
    const earlier = known.get(place);
    if (earlier !== undefined) {
      throw refusal(file, `"${earlier}" and "${name}" are the same ${side} label`, 'Name every label once.');
    }
    known.set(place, name);
    return [place, value];
  });
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function refusal(file: string, problem: string, hint: string, cause?: unknown): LookhearError {
  return new LookhearError('INPUT_CORRUPT', `Cannot use ${file}: ${problem}.`, { hint, cause });
}
