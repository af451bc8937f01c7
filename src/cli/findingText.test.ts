import { describe, expect, it } from 'vitest';
import type { Finding } from '../localize/finding.ts';
import { findingJson } from '../localize/findingJson.ts';
import { findingLines, findingTitle } from './findingText.ts';

const dogAndPerson: Finding = {
  answer: 'here',
  confidence: 0.914,
  reason: null,
  classes: [
    { label: 'dog', heard: 0.83, seen: 0.9, here: 0.7 },
    { label: 'person', heard: 0.04, seen: 0.8, here: 0.03 },
    { label: 'cat', heard: 0.01, seen: 0.02, here: 0 },
  ],
  regions: [{ label: 'dog', score: 0.71, xmin: 212, ymin: 148, xmax: 376, ymax: 268, area: 9000 }],
  heat: { width: 1, height: 1, data: new Float32Array(1) },
  picture: { width: 640, height: 360 },
  sound: { seconds: 1.5, patches: [{ start: 0, end: 1, heard: [{ label: 'dog', score: Math.fround(0.83) }] }] },
  model: { name: 'small', version: '1.0.0', sha256: 'ab' },
  timing: { loadMs: 100.04, soundMs: 1, pictureMs: 2, totalMs: 3 },
  notes: [],
};

describe('findingLines', () => {
  it('shows what is heard and where, and what is seen but quiet', () => {
    expect(findingLines(dogAndPerson)).toEqual([
      '  dog          heard  83 %   here   box 212,148 164x120',
      '  person       heard   4 %   quiet',
      '  answer       here, confidence 0.91',
    ]);
  });

  it('makes an honest "no" look like an answer', () => {
    const finding: Finding = {
      ...dogAndPerson,
      answer: 'not in the picture',
      reason: 'a siren is heard, and no pixel looks like one',
      classes: [{ label: 'siren', heard: 0.92, seen: 0.01, here: 0 }],
      regions: [],
    };
    expect(findingLines(finding)).toEqual([
      '  siren        heard  92 %   not in the picture',
      '  answer       not in the picture, confidence 0.91',
      '  because      a siren is heard, and no pixel looks like one',
    ]);
    expect(findingTitle(finding)).toBe('siren heard 92 %: not in the picture (confidence 0.91)');
  });

  it('names no sound where there is none', () => {
    const classes = dogAndPerson.classes.map((entry) => ({ ...entry, heard: 0, here: 0 }));
    const silent = { answer: 'silent', confidence: 1, reason: 'there is no sound', regions: [] } as const;
    expect(findingLines({ ...dogAndPerson, ...silent, classes })).toEqual([
      '  dog          heard   0 %   quiet',
      '  person       heard   0 %   quiet',
      '  answer       silent, confidence 1.00',
      '  because      there is no sound',
    ]);
    expect(findingTitle({ ...dogAndPerson, ...silent, classes })).toBe('silent (confidence 1.00)');
  });
});

describe('findingJson', () => {
  it('has every field of the contract, null rather than missing', () => {
    expect(Object.keys(findingJson(dogAndPerson, null))).toEqual([
      'schema',
      'answer',
      'confidence',
      'classes',
      'regions',
      'heat',
      'reason',
      'picture',
      'sound',
      'model',
      'timing',
    ]);
    expect(findingJson(dogAndPerson, null)).toMatchObject({ heat: null, reason: null });
  });

  it('rounds float32 noise away', () => {
    expect(findingJson(dogAndPerson, 'm.npy').sound.patches[0].heard[0].score).toBe(0.83);
    expect(findingJson(dogAndPerson, 'm.npy').timing.loadMs).toBe(100);
  });
});
