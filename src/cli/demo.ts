/**
 * `lookhear demo`: the samples of the package, offline. It writes the overlays into ./lookhear-demo/, a folder of its
 * own, so that running it again writes over nothing but its own files.
 */
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { LookhearError } from '../errors.ts';
import type { Finding } from '../localize/finding.ts';
import { readPicture } from '../media/readPicture.ts';
import { readSound } from '../media/readSound.ts';
import { writePicture } from '../media/writePicture.ts';
import { paint } from '../picture/paint.ts';
import { findingLines } from './findingText.ts';
import { withLocalizer } from './openFromOptions.ts';
import { checkOutputs } from './outputs.ts';
import type { Invocation } from './verb.ts';

/** Sources and compiled files both lie two levels below the package. */
const samples = fileURLToPath(new URL('../../samples', import.meta.url));
const folder = 'lookhear-demo';

/** An entry of samples/demo.json. */
interface Sample {
  /** Names the overlay. */
  readonly id: string;
  readonly title: string;
  /** Relative to the folder of samples. */
  readonly picture: string;
  readonly sound: string;
}

export async function run({ options, signal }: Invocation): Promise<0> {
  const list: readonly Sample[] = JSON.parse(await readFile(join(samples, 'demo.json'), 'utf8'));
  await mkdir(folder, { recursive: true }).catch((cause: unknown) => {
    throw new LookhearError('OUTPUT_UNWRITABLE', `Cannot make the folder ${folder} here.`, {
      hint: 'Run the demo in a folder that is yours to write.',
      cause,
    });
  });
  await checkOutputs(
    list.map(({ id }) => join(folder, `${id}.png`)),
    { force: true, inputs: [] },
  );
  const nothing = async () => {};
  await withLocalizer(options, signal, nothing, async (localizer) => {
    const written: string[] = [];
    for (const { id, title, picture: pictureFile, sound: soundFile } of list) {
      const [picture, sound] = await Promise.all([
        readPicture(join(samples, pictureFile), { signal }),
        readSound(join(samples, soundFile), { signal }),
      ]);
      const finding = await localizer.localize(picture, sound, { signal });
      const lines = [title, ...findingLines(finding)];
      if (hasHeat(finding)) {
        const path = join(folder, `${id}.png`);
        await writePicture(path, paint(picture, finding.heat), { force: true });
        written.push(path);
        lines.push(`  wrote        ${path}`);
      }
      if (!options.quiet) console.log(`${lines.join('\n')}\n`);
    }
    if (!options.quiet) {
      const [first, ...others] = written;
      const files = others.length === 0 ? first : `${written.slice(0, -1).join(', ')} and ${written.at(-1)}`;
      console.log(`Open ${files}. Then try your own: lookhear localize photo.jpg sound.mp3`);
    }
  });
  return 0;
}

function hasHeat({ answer }: Finding): boolean {
  return answer === 'here' || answer === 'unsure';
}
