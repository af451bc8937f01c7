/**
 * Runs the system's ffmpeg for what we cannot decode ourselves: the sound of m4a, wma, aiff and of every video, and video
 * pictures. It is started with a list of arguments, never through a shell, reads local files and pipes only, and is
 * ended when nobody wants its output any more.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { resolve } from 'node:path';
import { LookhearError } from '../errors.ts';
import { throwIfAborted } from './readBytes.ts';

export interface FfmpegOptions {
  /** How messages call the input. */
  readonly name: string;
  /** What needs ffmpeg: "the sound of an avi file". */
  readonly what: string;
  /** Which of its two programs. Unset: ffmpeg. */
  readonly program?: 'ffmpeg' | 'ffprobe';
  /**
   * Takes what ffmpeg complains of, and what came out counts as it is: for videos that end early. Unset: a complaint is
   * an error.
   */
  readonly onDamage?: ((complaint: string) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

const reportLength = 8192;
/** What ffmpeg says of files that end early while it still ends with code 0; its other remarks are harmless. */
const signOfDamage = /ended prematurely|partial file|corrupt|truncated|invalid data found|invalid nal unit size/i;
const installHint = 'Install it (apt install ffmpeg, brew install ffmpeg, winget install ffmpeg)';

/** The part of the arguments that opens a file. @param format ffmpeg's name of the container, so that it does not guess. */
export function ffmpegInput(path: string, format: string): string[] {
  // An absolute path behind "file:" cannot be taken for an option or for another protocol.
  return ['-protocol_whitelist', 'file,pipe', '-f', format, '-i', `file:${resolve(path)}`];
}

export interface FfmpegProcess {
  readonly child: ChildProcess;
  /** What it said on standard error, the beginning of it. */
  report(): string;
  /** Its exit code, or why it could not be started; -1 where a signal ended it. */
  readonly ended: Promise<number | Error>;
  /** Ends it now, where it has not ended. */
  stop(): void;
}

/** Starts ffmpeg with its general options; it ends when the signal fires. */
export function startFfmpeg(
  args: readonly string[],
  { program = 'ffmpeg', signal }: Pick<FfmpegOptions, 'program' | 'signal'>,
  stdin: 'ignore' | 'pipe' = 'ignore',
): FfmpegProcess {
  const general = program === 'ffmpeg' ? ['-hide_banner', '-nostdin'] : ['-hide_banner'];
  const child = spawn(program, [...general, '-v', 'error', ...args], {
    stdio: [stdin, 'pipe', 'pipe'],
    windowsHide: true,
    // In a group of its own, so that Ctrl-C reaches it through us and an end by it is never taken for damage.
    detached: process.platform !== 'win32',
  });
  const stop = () => child.kill('SIGKILL');
  signal?.addEventListener('abort', stop, { once: true });
  let report = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    if (report.length < reportLength) report += text;
  });
  const ended = new Promise<number | Error>((done) => {
    child.once('error', done).once('close', (code) => done(code ?? -1));
  });
  return {
    child,
    report: () => report,
    ended,
    stop() {
      signal?.removeEventListener('abort', stop);
      stop();
    },
  };
}

/**
 * What ffmpeg writes to its standard output, piece by piece.
 *
 * @param args Without the general options; the output has to be `pipe:1`.
 * @throws LookhearError FFMPEG_MISSING, INPUT_CORRUPT when ffmpeg complains, ABORTED.
 */
export async function* runFfmpeg(args: readonly string[], options: FfmpegOptions): AsyncGenerator<Uint8Array> {
  const { name, what, signal, onDamage } = options;
  throwIfAborted(signal, name);
  const ffmpeg = startFfmpeg(args, options);
  try {
    for await (const piece of ffmpeg.child.stdout!) {
      throwIfAborted(signal, name);
      yield piece;
    }
    const outcome = await ffmpeg.ended;
    throwIfAborted(signal, name);
    if (outcome instanceof Error) throw cannotStart(outcome, options);
    if (outcome !== 0 || signOfDamage.test(ffmpeg.report())) {
      const complaint = complaintOf(ffmpeg.report()) || `ffmpeg ended with code ${outcome}`;
      if (onDamage !== undefined) return onDamage(complaint);
      throw new LookhearError('INPUT_CORRUPT', `${name} cannot be decoded: ${complaint}.`, {
        hint: 'Copy or download the file again, and try to play it.',
        cause: new Error(`ffmpeg on ${what}: ${ffmpeg.report()}`),
      });
    }
  } finally {
    ffmpeg.stop();
  }
}

export function cannotStart(
  error: Error,
  { name, what, program = 'ffmpeg' }: Pick<FfmpegOptions, 'name' | 'what' | 'program'>,
): LookhearError {
  if ('code' in error && error.code === 'ENOENT') {
    const missing = program === 'ffmpeg' ? 'ffmpeg, and it' : 'ffprobe, a part of ffmpeg, and it';
    return new LookhearError('FFMPEG_MISSING', `Cannot read ${name}: ${what} needs ${missing} is not on PATH.`, {
      hint: /sound/.test(what) ? `${installHint} or give the sound as wav, flac, mp3 or ogg.` : `${installHint}.`,
      cause: error,
    });
  }
  return new LookhearError('FAILED', `Cannot start ${program}: ${error.message}.`, { cause: error });
}

/** The first line that tells of damage, else the first at all, without the part of ffmpeg that says it. */
export function complaintOf(report: string): string {
  const lines = report.split('\n');
  const line = (lines.find((text) => signOfDamage.test(text)) ?? lines[0]).replace(/^\[[^\]]*\]\s*/, '');
  // Paths of this machine say nothing that the name of the input has not said.
  return line
    .replace(/^file:.*: /, '')
    .trim()
    .replace(/\.$/, '');
}
