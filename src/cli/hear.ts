/** `lookhear hear`: what the model hears in a sound, all of it together and patch by patch. */
import { LookhearError } from '../errors.ts';
import { combinePatches } from '../localize/combinePatches.ts';
import type { Heard } from '../localize/evidence.ts';
import { readSound } from '../media/readSound.ts';
import { barLines, type Scored, strongest } from './bars.ts';
import { modelJson, soundJson } from './findingJson.ts';
import { tenths } from './numbers.ts';
import { withLocalizer } from './openFromOptions.ts';
import { checkOutputs } from './outputs.ts';
import type { Invocation } from './verb.ts';
import { isForPeople, jsonFile, writeJson } from './writeJson.ts';

const defaultTop = 5;
/** Labels less probable than this are not named for a single patch. */
const leastNamed = 0.05;
const labelsPerPatch = 3;

export async function run({ inputs: [file], options, signal }: Invocation): Promise<0> {
  if (file === undefined) {
    throw new LookhearError('USAGE', 'Expected a sound.', { hint: 'For instance: lookhear hear bark.mp3' });
  }
  await checkOutputs([jsonFile(options)], { force: options.force === true, inputs: [file] });
  const { top = defaultTop } = options;

  const decode = () => readSound(file, { signal });
  await withLocalizer(options, signal, decode, async (localizer, sound) => {
    const start = performance.now();
    const { seconds, patches } = await localizer.hear(sound, { signal });
    const soundMs = performance.now() - start;
    const { labels } = localizer.model.sound;
    const scoredOf = ({ probabilities, other }: Heard): Scored[] => [
      ...Array.from(probabilities, (score, index) => ({ label: labels[index], score })),
      ...(localizer.model.sound.other === null ? [] : [{ label: 'other', score: other }]),
    ];
    const together = combinePatches(patches, localizer.model.sound.combine);
    const heard = together === null ? [] : strongest(scoredOf(together), top);
    const perPatch = patches.map((patch) => ({
      start: patch.start,
      end: patch.end,
      heard:
        patch.heard === null
          ? []
          : strongest(scoredOf(patch.heard), labelsPerPatch).filter(({ score }) => score >= leastNamed),
    }));

    await writeJson(
      {
        schema: 'lookhear/heard@1',
        heard,
        sound: soundJson({ seconds, patches: perPatch }),
        model: modelJson({ ...localizer.model, sha256: localizer.sha256 }),
        timing: { soundMs: tenths(soundMs) },
      },
      options,
    );
    if (isForPeople(options)) {
      const lines = heard.length > 0 ? barLines(heard) : ['  silent'];
      if (patches.length > 1) {
        lines.push('', ...perPatch.map(({ start, end, heard }) => patchLine(start, end, heard)));
      }
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
