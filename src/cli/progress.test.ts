import { describe, expect, it } from 'vitest';
import { progressLine, startProgress } from './progress.ts';

function run(isTTY: boolean, stepMs: number, steps: number): string[] {
  const written: string[] = [];
  let time = 0;
  const stream = { isTTY, columns: 80, write: (text: string) => written.push(text) };
  const progress = startProgress({ what: 'localize', unit: 'pairs', total: steps, stream, now: () => time });
  for (let step = 0; step < steps; step++) {
    time += stepMs;
    progress.advance(step === 0);
  }
  progress.end();
  return written;
}

describe('startProgress', () => {
  it('says nothing about work that takes less than a second', () => {
    expect(run(true, 50, 19)).toEqual([]);
  });

  it('draws at most ten times a second on a terminal, and takes the line away at the end', () => {
    const written = run(true, 10, 300);
    expect(written).toHaveLength(1 + 20 + 1);
    expect(written.at(-1)).toBe('\r\u001b[2K');
  });

  it('writes a plain line a minute elsewhere', () => {
    const written = run(false, 1000, 185);
    expect(written).toHaveLength(3);
    expect(written[0]).toBe('localize  60/185  1.0 pairs/s  about 2 min left  1 failed\n');
  });
});

describe('progressLine', () => {
  it('says what, how far, how fast, how long and how many failed', () => {
    const state = { what: 'label', unit: 'clips', done: 12_400, total: 50_000, failed: 3, seconds: 12_400 / 61 };
    expect(progressLine(state)).toBe('label  12,400/50,000  61 clips/s  about 10 min left  3 failed');
  });
});
