/** `lookhear hear`: what the model hears in a sound, all of it together and patch by patch. */
import { LookhearError } from '../errors.ts';
import { heardJson } from '../localize/heardJson.ts';
import { defaultTop, type Scored } from '../localize/strongest.ts';
import { readSound } from '../media/readSound.ts';
import { barLines } from './bars.ts';
import { withLocalizer } from './openFromOptions.ts';
import { checkOutputs } from './outputs.ts';
import type { Invocation } from './verb.ts';
import { isForPeople, jsonFile, writeJson } from './writeJson.ts';

export async function run({ inputs: [file], options, signal }: Invocation): Promise<0> {
  if (file === undefined) {
    throw new LookhearError('USAGE', 'Expected a sound.', { hint: 'For instance: lookhear hear bark.mp3' });
  }
  await checkOutputs([jsonFile(options)], { force: options.force === true, inputs: [file] });
  const { top = defaultTop } = options;

  const decode = () => readSound(file, { signal });
  await withLocalizer(options, signal, decode, async (localizer, sound) => {
    const start = performance.now();
    const evidence = await localizer.hear(sound, { signal });
    const json = heardJson(localizer, evidence, { top, soundMs: performance.now() - start });
    await writeJson(json, options);
    if (isForPeople(options)) {
      const lines = json.heard.length > 0 ? barLines(json.heard) : ['  silent'];
      const { patches } = json.sound;
      if (patches.length > 1) lines.push('', ...patches.map(({ start, end, heard }) => patchLine(start, end, heard)));
      console.log(lines.join('\n'));
    }
  });
  return 0;
}

/** `   1.0 - 3.0 s   dog 83 %, person 4 %` */
function patchLine(start: number, end: number, heard: readonly Scored[]): string {
  const span = `${start.toFixed(1).padStart(5)} -${end.toFixed(1).padStart(5)} s`;
  const labels = heard.map(({ label, score }) => `${label} ${Math.round(100 * score)} %`);
  return `  ${span}   ${labels.join(', ') || 'silent'}`;
}
