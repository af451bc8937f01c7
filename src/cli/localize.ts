/** `lookhear localize`: a picture and a sound, with `--pairs` many of them; a video alone. */
import { basename, extname } from 'node:path';
import { LookhearError } from '../errors.ts';
import type { Finding } from '../localize/finding.ts';
import { findingJson } from '../localize/findingJson.ts';
import { writeFileAtomically } from '../media/atomicWrite.ts';
import { writeFigure } from '../media/figure.ts';
import { videoContainerOf } from '../media/videoFormat.ts';
import { outputFormat, writePicture } from '../media/writePicture.ts';
import { paint } from '../picture/paint.ts';
import type { Picture } from '../picture/picture.ts';
import { writeNpy } from '../weights/npy.ts';
import { decodePair, withDecodingTime } from './decodePair.ts';
import { findingLines, findingTitle } from './findingText.ts';
import { localizeBatch } from './localizeBatch.ts';
import { localizeVideo } from './localizeVideo.ts';
import { withLocalizer } from './openFromOptions.ts';
import type { OptionValues } from './options.ts';
import { checkOutputs } from './outputs.ts';
import type { Invocation } from './verb.ts';
import { isForPeople, jsonFile, writeJson } from './writeJson.ts';

export async function run(invocation: Invocation): Promise<0 | 3> {
  const { inputs, options, signal } = invocation;
  if (options.pairs !== undefined) return localizeBatch(invocation);
  if (inputs.length === 1 && (await isVideo(inputs[0]))) return localizeVideo(invocation);
  if (options.every !== undefined) {
    throw new LookhearError('USAGE', 'Only a video has --every.', { hint: 'Give one video, and nothing else.' });
  }
  const [pictureFile, soundFile] = inputs;
  if (pictureFile === undefined || soundFile === undefined) {
    throw new LookhearError('USAGE', 'Expected a picture and a sound, or a video.', {
      hint: 'For instance: lookhear localize yard.jpg bark.mp3, or: lookhear localize yard.mp4',
    });
  }
  const overlay = overlayFile(pictureFile, options);
  for (const path of [overlay?.path, options.figure]) if (path !== undefined) outputFormat(path);
  await checkOutputs([overlay?.path, options.map, options.figure, jsonFile(options)], {
    force: options.force === true,
    inputs: [pictureFile, soundFile],
  });

  const start = performance.now();
  const decode = () => decodePair(pictureFile, soundFile, signal);
  await withLocalizer(options, signal, decode, async (localizer, decoded) => {
    const { picture, sound } = decoded;
    const found = await localizer.localize(picture, sound, { signal });
    const finding = withDecodingTime(found, decoded, performance.now() - start);
    const isShown = overlay !== undefined && (overlay.always || isInPicture(finding));
    const written = await writeFiles(finding, picture, { ...options, overlay: isShown ? overlay.path : undefined });
    await writeJson(findingJson(finding, options.map ?? null), options);
    if (isForPeople(options)) {
      const lines = findingLines(finding);
      if (overlay !== undefined && !isShown) lines.push('  no overlay written (use --always to see the map anyway)');
      // Since the command was started: what a person waited for.
      const seconds = (performance.now() / 1000).toFixed(1);
      const how = `(${seconds} s, model ${finding.model.name}, engine ${localizer.engine})`;
      if (written.length > 0) lines.push(`  wrote ${written.join(', ')}  ${how}`);
      if (options.verbose) lines.push(...timingLines(finding));
      console.log(lines.join('\n'));
    }
  });
  return 0;
}

/** Whether it is worth reading as a video. What cannot be read at all is, where it is alone: then that is what is said. */
async function isVideo(file: string): Promise<boolean> {
  try {
    await videoContainerOf(file);
    return true;
  } catch (error) {
    return !(error instanceof LookhearError && error.code === 'INPUT_UNSUPPORTED');
  }
}

/**
 * Where the overlay goes: where `--out` says, whatever the answer; without any output asked for, beside nothing into the
 * current folder, and only when there is something to see.
 */
function overlayFile(picture: string, options: OptionValues): { path: string; always: boolean } | undefined {
  if (options.out !== undefined) return { path: options.out, always: true };
  const asksForOthers = [options.map, options.figure, options.json].some((output) => output !== undefined);
  if (asksForOthers && !options.always) return undefined;
  return { path: `${basename(picture, extname(picture))}-heat.png`, always: options.always === true };
}

function isInPicture({ answer }: Finding): boolean {
  return answer === 'here' || answer === 'unsure';
}

/** @returns the files that were written. */
async function writeFiles(
  finding: Finding,
  picture: Picture,
  files: OptionValues & { readonly overlay: string | undefined },
): Promise<string[]> {
  const { heat } = finding;
  const { force, overlay, map, figure } = files;
  if (map !== undefined) {
    await writeFileAtomically(map, writeNpy({ shape: [heat.height, heat.width], data: heat.data }), { force });
  }
  if (overlay !== undefined) await writePicture(overlay, paint(picture, heat), { force });
  if (figure !== undefined) await writeFigure(figure, { picture, heat, title: findingTitle(finding) }, { force });
  return [overlay, map, figure, jsonFile(files)].filter((path) => path !== undefined);
}

function timingLines({ timing }: Finding): string[] {
  const { loadMs, soundMs, pictureMs, totalMs } = timing;
  const ms = (value: number): string => `${Math.round(value)} ms`;
  return [`  timing       load ${ms(loadMs)}, sound ${ms(soundMs)}, picture ${ms(pictureMs)}, all ${ms(totalMs)}`];
}
