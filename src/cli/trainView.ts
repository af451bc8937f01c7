/**
 * What a training shows while it runs, on standard error: how far, the loss and its course, the validation score with
 * what one gets for nothing beside it, how fast, how long, and where it saves. On a terminal a block of lines that is
 * redrawn; elsewhere one plain line a minute.
 */
import { styleText } from 'node:util';
import type { Score } from '../train/run/metrics.ts';
import { count, duration } from './progress.ts';

export interface TrainViewState {
  /** Steps done. */
  readonly step: number;
  readonly steps: number;
  /** The one at work, from 1. */
  readonly epoch: number;
  readonly epochs: number;
  /** Since the beginning, the newest last. */
  readonly losses: readonly number[];
  /** The latest. */
  readonly validation?: Score & { readonly name: string };
  readonly picturesPerSecond: number;
  readonly secondsLeft: number;
  /** The run folder. */
  readonly folder: string;
  /** Step of the last checkpoint, where there is one. */
  readonly savedStep?: number;
}

export interface TrainView {
  update(state: TrainViewState): void;
  /** Prints a sentence that stays. */
  note(text: string): void;
  /** Takes the block away; the caller then says what came of it. */
  end(): void;
}

export interface TrainViewOptions {
  /** Where to draw. Unset: standard error. */
  readonly stream?: { readonly isTTY?: boolean; readonly columns?: number; write(text: string): unknown };
  /** Milliseconds now. Unset: the clock; tests bring their own. */
  readonly now?: () => number;
  /** Unset: those of the process. */
  readonly environment?: { readonly NO_COLOR?: string | undefined };
}

const redrawMs = 100;
const plainMs = 60_000;
const sparkCharacters = 30;

export function startTrainView(options: TrainViewOptions = {}): TrainView {
  const { stream = process.stderr, now = () => performance.now(), environment = process.env } = options;
  const isTerminal = stream.isTTY === true;
  const hasColour = isTerminal && !environment.NO_COLOR;
  let last = Number.NEGATIVE_INFINITY;
  let drawnLines = 0;
  let state: TrainViewState | undefined;

  const clear = (): void => {
    if (drawnLines > 0) stream.write(`\u001b[${drawnLines}F\u001b[0J`);
    drawnLines = 0;
  };
  const draw = (): void => {
    if (state === undefined) return;
    const text = renderTrainView(state, stream.columns ?? 80, hasColour);
    clear();
    stream.write(`${text}\n`);
    drawnLines = text.split('\n').length;
  };

  return {
    update(next) {
      state = next;
      const time = now();
      if (time - last < (isTerminal ? redrawMs : plainMs)) return;
      last = time;
      if (isTerminal) draw();
      else stream.write(`${plainTrainLine(next)}\n`);
    },
    note(text) {
      clear();
      stream.write(`${text}\n`);
      if (isTerminal) draw();
    },
    end: clear,
  };
}

/** The block, each line shorter than the terminal is wide. */
export function renderTrainView(state: TrainViewState, columns: number, hasColour = false): string {
  const { validation, folder, savedStep } = state;
  const rows: [label: string, text: string][] = [
    ['train', progressText(state).join('  ')],
    ['loss', `${lossText(state)}  ${sparkLine(state.losses)}`],
    ['validation', validation ? scoreText(validation) : 'none yet'],
    ['speed', speedText(state).join('  ')],
  ];
  const saved = savedStep === undefined ? 'nothing saved yet' : `saved at step ${count(savedStep)}`;
  const width = Math.max(1, columns - 1);
  const lines = rows.map(([label, text]) => `${label.padEnd(labelWidth)}${text}`.slice(0, width));
  lines.push(
    `${'folder'.padEnd(labelWidth)}${shortened(folder, width - labelWidth - saved.length - 2)}  ${saved}`.slice(
      0,
      width,
    ),
  );
  if (hasColour && validation?.baseline) {
    const colour = isAbove(validation) ? 'green' : 'yellow';
    lines[2] = styleText(colour, lines[2], { validateStream: false });
  }
  return lines.join('\n');
}

/** `train  epoch 3/30  step 1,240/12,000  10 %  loss 0.213  ciou 0.412, above centred square 0.388  ...` */
export function plainTrainLine(state: TrainViewState): string {
  const { validation } = state;
  const score = validation ? [scoreText(validation)] : [];
  return ['train', ...progressText(state), `loss ${lossText(state)}`, ...score, ...speedText(state)].join('  ');
}

/** Up to 30 characters, each the mean of its share of the values, from the lowest to the highest. */
export function sparkLine(values: readonly number[]): string {
  const length = Math.min(sparkCharacters, values.length);
  const means = Array.from({ length }, (_, index) => {
    const [from, to] = [index, index + 1].map((edge) => Math.floor((edge * values.length) / length));
    return values.slice(from, to).reduce((sum, value) => sum + value, 0) / (to - from);
  });
  const low = Math.min(...means);
  const range = Math.max(...means) - low;
  return means.map((mean) => sparks[range > 0 ? Math.round((7 * (mean - low)) / range) : 0]).join('');
}

const labelWidth = 12;
const sparks = '▁▂▃▄▅▆▇█';

function progressText({ step, steps, epoch, epochs }: TrainViewState): string[] {
  const percent = `${Math.floor((100 * step) / Math.max(1, steps))} %`;
  return [`epoch ${epoch}/${epochs}`, `step ${count(step)}/${count(steps)}`, percent];
}

function lossText({ losses }: TrainViewState): string {
  return losses.at(-1)?.toPrecision(3) ?? '-';
}

function scoreText({ name, value, baseline }: Score & { readonly name: string }): string {
  const score = `${name} ${value.toFixed(3)}`;
  if (baseline === undefined) return score;
  return `${score}, ${isAbove({ value, baseline }) ? 'above' : 'not above'} ${baseline.name} ${baseline.value.toFixed(3)}`;
}

function isAbove({ value, baseline }: Score): boolean {
  return baseline !== undefined && value > baseline.value;
}

function speedText({ picturesPerSecond, secondsLeft }: TrainViewState): string[] {
  const speed = picturesPerSecond >= 10 ? `${Math.round(picturesPerSecond)}` : picturesPerSecond.toPrecision(2);
  const left = Number.isFinite(secondsLeft) ? `about ${duration(secondsLeft)} left` : 'time left unknown';
  return [`${speed} pictures/s`, left];
}

/** The end of a path says more than its beginning. */
function shortened(path: string, length: number): string {
  return path.length <= length ? path : `…${path.slice(path.length - Math.max(0, length - 1))}`;
}
