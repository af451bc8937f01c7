/** `lookhear localize VIDEO`: moment by moment, and the heat painted over every frame. */
import { basename, extname } from 'node:path';
import { LookhearError } from '../errors.ts';
import type { Localizer } from '../localize/localizer.ts';
import { paintOver } from '../localize/paintOver.ts';
import type { Moment } from '../localize/watch.ts';
import { readVideo, type StreamOptions, type Video } from '../media/readVideo.ts';
import { sightsOf } from '../media/sightsOf.ts';
import { clock, writeTimeline } from '../media/timeline.ts';
import { outputFormat } from '../media/writePicture.ts';
import { videoOutput, writeVideo } from '../media/writeVideo.ts';
import { readAhead } from '../parallel/readAhead.ts';
import { momentJson, videoJson } from './momentJson.ts';
import { withLocalizer } from './openFromOptions.ts';
import type { OptionValues } from './options.ts';
import { checkOutputs } from './outputs.ts';
import { startProgress } from './progress.ts';
import { collectStretches } from './stretches.ts';
import type { Invocation } from './verb.ts';
import { stretchLines, timelineOf } from './videoText.ts';
import { isForPeople, jsonFile } from './writeJson.ts';
import { type WriteLine, withLines } from './writeLines.ts';

/** Four maps a second, in seconds from one to the next. */
const defaultEvery = 0.25;

/** @returns 3 where the video breaks off before its end */
export async function localizeVideo({ inputs, options, signal }: Invocation): Promise<0 | 3> {
  const [file] = inputs;
  const { every = defaultEvery, figure, force } = options;
  if (options.map !== undefined) {
    throw new LookhearError('USAGE', 'A video has many maps, and --map is the file of one.', {
      hint: 'Give -o out.mp4 for the heat over the video, --json out.ndjson for its regions.',
    });
  }
  const out = videoFile(file, options);
  if (out !== undefined) videoOutput(out);
  if (figure !== undefined) outputFormat(figure);
  await checkOutputs([out, figure, jsonFile(options)], { force: force === true, inputs: [file] });

  let code: 0 | 3 = 0;
  const open = () => readVideo(file, { signal });
  await withLocalizer(options, signal, open, async (localizer, video) => {
    const damage = await withLines(options, (writeLine) =>
      work({ localizer, video, every, out, options, signal, writeLine }),
    );
    if (damage !== null) code = 3;
  });
  return code;
}

/**
 * As for a picture: where `--out` says; without any output asked for, beside nothing into the current folder.
 */
function videoFile(video: string, { out, figure, json, always }: OptionValues): string | undefined {
  if (out !== undefined) return out;
  const asksForOthers = figure !== undefined || json !== undefined;
  return asksForOthers && !always ? undefined : `${basename(video, extname(video))}-heat.mp4`;
}

interface Work {
  readonly localizer: Localizer;
  readonly video: Video;
  readonly every: number;
  readonly out: string | undefined;
  readonly options: OptionValues;
  readonly signal: AbortSignal;
  readonly writeLine: WriteLine;
}

/** @returns what is wrong with the video, null where nothing is */
async function work({ localizer, video, every, out, options, signal, writeLine }: Work): Promise<string | null> {
  const start = performance.now();
  const damages = new Set<string>();
  const stream: StreamOptions = { onDamage: (complaint) => damages.add(complaint), signal };
  const windowSeconds = localizer.model.sound.patchSeconds;
  const stretches = collectStretches();
  const points: { time: number; value: number }[] = [];
  let sourceEnd = 0;

  const total = video.seconds === null ? null : Math.ceil(video.seconds / every - 1e-6);
  const progress = options.quiet ? undefined : startProgress({ what: 'localize', unit: 'maps', total });
  async function* moments(): AsyncGenerator<Moment> {
    const sights = sightsOf(video, { every, windowSeconds, ...stream });
    for await (const moment of localizer.watch(sights, { signal })) {
      await writeLine(momentJson(moment));
      stretches.add(moment);
      points.push({ time: moment.time, value: moment.presence });
      sourceEnd = moment.time + every;
      progress?.advance();
      yield moment;
    }
  }
  try {
    if (out !== undefined) {
      // The networks work here, decoder and encoder beside us: none shall wait for another.
      const painted = paintOver(readAhead(video.frames(stream)), readAhead(moments()));
      await writeVideo(out, painted, { soundOf: video, signal, force: options.force });
    } else for await (const _ of moments());
  } finally {
    progress?.end();
  }

  const damage = damages.size === 0 ? null : [...damages][0];
  // A broken file promises more than it holds.
  const end = damage === null ? Math.min(video.seconds ?? sourceEnd, sourceEnd) : sourceEnd;
  const found = stretches.finish(end);
  const notes = damage === null ? video.notes : [...video.notes, brokenOff(end, damage)];
  const totalMs = performance.now() - start;
  const model = { ...localizer.model, sha256: localizer.sha256 };
  await writeLine(
    videoJson({
      video,
      every,
      moments: points.length,
      stretches: found,
      notes,
      damage,
      heat: out ?? null,
      model,
      totalMs,
    }),
  );
  const { figure, force } = options;
  if (figure !== undefined) {
    const title = `${basename(video.path)}, a map every ${every} s, model ${model.name}`;
    await writeTimeline(figure, timelineOf(found, points, { seconds: end, title }), { force });
  }
  if (isForPeople(options)) {
    const written = [out, figure, jsonFile(options)].filter((path) => path !== undefined);
    const pace = `${points.length} maps, ${(end / (totalMs / 1000)).toPrecision(2)} x real time`;
    const how = `(${(totalMs / 1000).toFixed(1)} s, ${pace}, model ${model.name}, engine ${localizer.engine})`;
    const lines = [...stretchLines(found, end), ...notes.map((note) => `  ${'note'.padEnd(12)} ${note}`)];
    if (written.length > 0) lines.push(`  wrote ${written.join(', ')}  ${how}`);
    console.log(lines.join('\n'));
  }
  return damage;
}

function brokenOff(end: number, complaint: string): string {
  return `The file breaks off or is damaged after about ${clock(end, end)} (${complaint}); what could be read was done.`;
}
