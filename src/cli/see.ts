/** `lookhear see`: what the model sees in a picture, whatever is heard. */
import { LookhearError } from '../errors.ts';
import { meanOfBest } from '../localize/score.ts';
import { readPicture } from '../media/readPicture.ts';
import { barLines, strongest } from './bars.ts';
import { modelJson } from './findingJson.ts';
import { tenths } from './numbers.ts';
import { withLocalizer } from './openFromOptions.ts';
import { checkOutputs } from './outputs.ts';
import type { Invocation } from './verb.ts';
import { isForPeople, jsonFile, writeJson } from './writeJson.ts';

const defaultTop = 5;

export async function run({ inputs: [file], options, signal }: Invocation): Promise<0> {
  if (file === undefined) {
    throw new LookhearError('USAGE', 'Expected a picture.', { hint: 'For instance: lookhear see yard.jpg' });
  }
  await checkOutputs([jsonFile(options)], { force: options.force === true, inputs: [file] });
  const { top = defaultTop } = options;

  const decode = () => readPicture(file, { signal });
  await withLocalizer(options, signal, decode, async (localizer, picture) => {
    const start = performance.now();
    const { probabilities, rows, columns } = await localizer.see(picture);
    const pictureMs = performance.now() - start;
    const { model } = localizer;
    const cells = rows * columns;
    // As surely as a label is anywhere in the picture, its best cells say so.
    const seen = strongest(
      model.picture.labels.map((label, index) => ({
        label,
        score: meanOfBest(probabilities.subarray(index * cells, (index + 1) * cells), model.answer.topCells),
      })),
      top,
    );

    await writeJson(
      {
        schema: 'lookhear/seen@1',
        seen,
        picture: { width: picture.width, height: picture.height },
        model: modelJson({ ...model, sha256: localizer.sha256 }),
        timing: { pictureMs: tenths(pictureMs) },
      },
      options,
    );
    if (isForPeople(options)) console.log(barLines(seen).join('\n'));
  });
  return 0;
}
