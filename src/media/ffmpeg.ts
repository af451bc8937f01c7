/**
 * Runs the system's ffmpeg for what we cannot decode ourselves: the sound of m4a, wma, aiff and of every video, and video
 * pictures. It is started with a list of arguments, never through a shell, reads local files and pipes only, and is
 * ended when nobody wants its output any more.
 */
import { spawn } from 'node:child_process';
import { resolve } from 'node:path';
import { LookhearError } from '../errors.ts';
import { throwIfAborted } from './readBytes.ts';

export interface FfmpegOptions {
  /** How messages call the input. */
  readonly name: string;
  /** What needs ffmpeg: "the sound of an avi file". */
  readonly what: string;
  readonly signal?: AbortSignal | undefined;
}

const reportLength = 8192;
/** What ffmpeg says of files that end early while it still ends with code 0; its other remarks are harmless. */
const signOfDamage = /ended prematurely|partial file|corrupt|truncated/i;
const ffmpegHint =
  'Install it (apt install ffmpeg, brew install ffmpeg, winget install ffmpeg) or give the sound as wav, flac, mp3 or ogg.';

/** The part of the arguments that opens a file. @param format ffmpeg's name of the container, so that it does not guess. */
export function ffmpegInput(path: string, format: string): string[] {
  // An absolute path behind "file:" cannot be taken for an option or for another protocol.
  return ['-protocol_whitelist', 'file,pipe', '-f', format, '-i', `file:${resolve(path)}`];
}

/**
 * What ffmpeg writes to its standard output, piece by piece.
 *
 * @param args Without the general options; the output has to be `pipe:1`.
 * @throws LookhearError FFMPEG_MISSING, INPUT_CORRUPT when ffmpeg complains, ABORTED.
 */
export async function* runFfmpeg(args: readonly string[], options: FfmpegOptions): AsyncGenerator<Uint8Array> {
  const { name, what, signal } = options;
  throwIfAborted(signal, name);
  const child = spawn('ffmpeg', ['-hide_banner', '-nostdin', '-v', 'error', ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    windowsHide: true,
  });
  const stop = () => child.kill('SIGKILL');
  signal?.addEventListener('abort', stop, { once: true });
  let report = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    if (report.length < reportLength) report += text;
  });
  const ended = new Promise<number | Error>((done) => {
    child.once('error', done).once('close', (code) => done(code ?? -1));
  });
  try {
    for await (const piece of child.stdout) {
      throwIfAborted(signal, name);
      yield piece;
    }
    const outcome = await ended;
    throwIfAborted(signal, name);
    if (outcome instanceof Error) throw cannotStart(outcome, options);
    if (outcome !== 0 || signOfDamage.test(report)) {
      const complaint = firstLine(report) || `ffmpeg ended with code ${outcome}`;
      throw new LookhearError('INPUT_CORRUPT', `${name} cannot be decoded: ${complaint}.`, {
        hint: 'Copy or download the file again, and try to play it.',
        cause: new Error(`ffmpeg on ${what}: ${report}`),
      });
    }
  } finally {
    signal?.removeEventListener('abort', stop);
    stop();
  }
}

function cannotStart(error: Error, { name, what }: FfmpegOptions): LookhearError {
  if ('code' in error && error.code === 'ENOENT') {
    return new LookhearError('FFMPEG_MISSING', `Cannot read ${name}: ${what} needs ffmpeg, and it is not on PATH.`, {
      hint: ffmpegHint,
      cause: error,
    });
  }
  return new LookhearError('FAILED', `Cannot start ffmpeg: ${error.message}.`, { cause: error });
}

/** Without the address of a part of ffmpeg that begins many of its messages. */
function firstLine(report: string): string {
  const line = report.split('\n')[0].replace(/^\[[^\]]*\]\s*/, '');
  return line.trim().replace(/\.$/, '');
}
