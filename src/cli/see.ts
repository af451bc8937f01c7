/** `lookhear see`: what the model sees in a picture, whatever is heard. */
import { LookhearError } from '../errors.ts';
import { seenJson } from '../localize/seenJson.ts';
import { defaultTop } from '../localize/strongest.ts';
import { readPicture } from '../media/readPicture.ts';
import { barLines } from './bars.ts';
import { withLocalizer } from './openFromOptions.ts';
import { checkOutputs } from './outputs.ts';
import type { Invocation } from './verb.ts';
import { isForPeople, jsonFile, writeJson } from './writeJson.ts';

export async function run({ inputs: [file], options, signal }: Invocation): Promise<0> {
  if (file === undefined) {
    throw new LookhearError('USAGE', 'Expected a picture.', { hint: 'For instance: lookhear see yard.jpg' });
  }
  await checkOutputs([jsonFile(options)], { force: options.force === true, inputs: [file] });
  const { top = defaultTop } = options;

  const decode = () => readPicture(file, { signal });
  await withLocalizer(options, signal, decode, async (localizer, picture) => {
    const start = performance.now();
    const evidence = await localizer.see(picture);
    const json = seenJson(localizer, evidence, picture, { top, pictureMs: performance.now() - start });
    await writeJson(json, options);
    if (isForPeople(options)) console.log(barLines(json.seen).join('\n'));
  });
  return 0;
}
