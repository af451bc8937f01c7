/**
 * The progress line of long work, on standard error: what, how far, how fast, how long, how many failed. On a terminal
 * it appears after a second and is redrawn ten times a second; elsewhere one plain line a minute is enough.
 */

export interface Progress {
  /** One more is done; `failed` where it did not work out. */
  advance(failed?: boolean): void;
  /** Takes the line away; the caller then says what came of it. */
  end(): void;
}

export interface ProgressOptions {
  /** What is being done, in a word. */
  readonly what: string;
  /** What is counted, in the plural. */
  readonly unit: string;
  /** Null where nobody knows. */
  readonly total: number | null;
  /** Where to draw. Unset: standard error. */
  readonly stream?: { readonly isTTY?: boolean; readonly columns?: number; write(text: string): unknown };
  /** Milliseconds now. Unset: the clock; tests bring their own. */
  readonly now?: () => number;
}

const silentMs = 1000;
const redrawMs = 100;
const plainMs = 60_000;

export function startProgress(options: ProgressOptions): Progress {
  const { stream = process.stderr, now = () => performance.now(), total } = options;
  const started = now();
  let last = started;
  let done = 0;
  let failed = 0;
  let isDrawn = false;

  return {
    advance(hasFailed = false) {
      done++;
      if (hasFailed) failed++;
      const time = now();
      const wait = stream.isTTY ? (isDrawn ? redrawMs : silentMs) : plainMs;
      if (time - last < wait) return;
      last = time;
      const line = progressLine({ ...options, done, failed, seconds: (time - started) / 1000, total });
      if (stream.isTTY) stream.write(`\r\u001b[2K${line.slice(0, (stream.columns ?? 80) - 1)}`);
      else stream.write(`${line}\n`);
      isDrawn = true;
    },
    end() {
      if (isDrawn && stream.isTTY) stream.write('\r\u001b[2K');
    },
  };
}

/** `localize  12,400/50,000  61 pairs/s  about 10 min left  3 failed` */
export function progressLine(state: {
  readonly what: string;
  readonly unit: string;
  readonly done: number;
  readonly total: number | null;
  readonly failed: number;
  readonly seconds: number;
}): string {
  const { what, unit, done, total, failed, seconds } = state;
  const rate = done / Math.max(seconds, 1e-9);
  const parts = [
    what,
    total === null ? count(done) : `${count(done)}/${count(total)}`,
    `${rate >= 10 ? Math.round(rate) : rate.toPrecision(2)} ${unit}/s`,
  ];
  // More may come than a file promised.
  if (total !== null) parts.push(`about ${duration(Math.max(0, total - done) / rate)} left`);
  if (failed > 0) parts.push(`${count(failed)} failed`);
  return parts.join('  ');
}

/** `12,400` */
export function count(value: number): string {
  return value.toLocaleString('en-US');
}

/** `42 s`, `10 min`, `7.2 h` */
export function duration(seconds: number): string {
  if (seconds < 99.5) return `${Math.round(seconds)} s`;
  return seconds < 5970 ? `${Math.round(seconds / 60)} min` : `${(seconds / 3600).toFixed(1)} h`;
}
