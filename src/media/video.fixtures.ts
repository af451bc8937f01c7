/** Short clips for tests, made with the system's ffmpeg. */
import { execFileSync, spawnSync } from 'node:child_process';

export const hasFfmpeg = spawnSync('ffmpeg', ['-version']).status === 0;

/** Said in the name of a group of tests that is skipped without it. */
export const needsFfmpeg = hasFfmpeg ? '' : ' (skipped: ffmpeg is not on PATH)';

/** @param args inputs, filters and options, without the output */
export function makeClip(path: string, args: readonly string[]): string {
  execFileSync('ffmpeg', ['-v', 'error', '-nostdin', '-y', ...args, path]);
  return path;
}

/** The arguments of a colour for some seconds, 25 frames a second. */
export const colour = (name: string, seconds: number, size = '64x48'): string[] => [
  ...['-f', 'lavfi', '-i', `color=${name}:s=${size}:r=25:d=${seconds}`],
];

export const sine = (hertz: number, seconds: number): string[] => [
  ...['-f', 'lavfi', '-i', `sine=f=${hertz}:r=16000:d=${seconds}`],
];

export const h264 = ['-c:v', 'libx264', '-preset', 'ultrafast', '-pix_fmt', 'yuv420p'];
