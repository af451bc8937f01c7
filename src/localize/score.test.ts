import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Model } from '../weights/model.ts';
import { answerOf, probabilityOfPresence } from './answer.ts';
import { combinePatches } from './combinePatches.ts';
import type { PatchEvidence, PictureEvidence } from './evidence.ts';
import { findingOf } from './findingOf.ts';
import { reasonFor } from './reason.ts';
import { centrePrior, heatMap, matchSoundToPicture, meanOfBest, relate } from './score.ts';
import { tinyModel } from './tinyModel.fixtures.ts';

/** No blur and no faint terms, so that every number can be checked by hand. */
const plain: Model = {
  ...tinyModel,
  map: { blur: 0, fallback: 0, centre: 0 },
  answer: { ...tinyModel.answer, topCells: 2 },
};

/** 2 columns, 1 row: the left cell is mostly red, the right cell mostly background. */
const picture: PictureEvidence = {
  columns: 2,
  rows: 1,
  probabilities: Float32Array.of(0.75, 0.125, 0.125, 0.25),
  background: Float32Array.of(0.125, 0.625),
};

function patch(level: number, probabilities: readonly number[] | null, other = 0): PatchEvidence {
  const heard = probabilities && { probabilities: Float32Array.from(probabilities), other };
  return { start: 0, end: 1, level, heard };
}

describe('patches of sound', () => {
  it('count equally where they are about as loud', () => {
    const heard = combinePatches([patch(-20, [1, 0]), patch(-30, [0.5, 0.25], 0.25)]);
    expect(heard).toEqual({ probabilities: Float32Array.of(0.75, 0.125), other: 0.125 });
  });

  it('do not count below 0.15 of the loudest (16.48 dB less), nor where they are silent', () => {
    const bark = patch(-20, [1, 0]);
    expect(combinePatches([bark, patch(-36.4, [0, 1])])?.probabilities).toEqual(Float32Array.of(0.5, 0.5));
    expect(combinePatches([bark, patch(-36.5, [0, 1])])?.probabilities).toEqual(Float32Array.of(1, 0));
    expect(combinePatches([patch(-10, null), bark])?.probabilities).toEqual(Float32Array.of(1, 0));
    expect(combinePatches([patch(-70, null), patch(Number.NEGATIVE_INFINITY, null)])).toBeNull();
  });
});

describe('the match', () => {
  it('is the dot product of what is heard and what each cell shows', () => {
    const match = matchSoundToPicture(plain, picture, { probabilities: Float32Array.of(0.5, 0.25), other: 0.25 });
    // 0.5 x 0.75 + 0.25 x 0.125 and 0.5 x 0.125 + 0.25 x 0.25
    expect(match.map.data).toEqual(Float32Array.of(0.40625, 0.125));
    expect(match.partOf(0).data).toEqual(Float32Array.of(0.375, 0.0625));
    expect(match.partOf(1).data).toEqual(Float32Array.of(0.03125, 0.0625));
    expect(match.score).toBe(0.265625);
  });

  it('is nothing for a sound of no label, and the faint terms that order the pixels are no part of it', () => {
    const model = { ...plain, map: { blur: 0, fallback: 0.5, centre: 0.25 } };
    const heard = { probabilities: Float32Array.of(0, 0), other: 1 };
    const match = matchSoundToPicture(model, picture, heard);
    expect(match.score).toBe(0);
    const prior = Math.exp(-0.5); // a quarter of the width from the centre, which is one standard deviation
    const heat = heatMap(model, picture, heard, match).data;
    expect(heat[0]).toBeCloseTo(0.5 * (1 - 0.125) + 0.25 * prior, 6);
    expect(heat[1]).toBeCloseTo(0.5 * (1 - 0.625) + 0.25 * prior, 6);
  });

  it('goes through the relation where sounds and sights have different names', () => {
    const rows = [
      [0, 0.5],
      [1, 0],
      [0, 0],
    ];
    expect(relate({ kind: 'table', rows }, picture)).toEqual(Float32Array.of(0.0625, 0.125, 0.75, 0.125, 0, 0));
    expect(relate({ kind: 'identity' }, picture)).toEqual(picture.probabilities);
    const model: Model = {
      ...plain,
      sound: { ...plain.sound, labels: ['splash', 'crackle', 'hum'] },
      relation: { kind: 'table', rows },
    };
    const heard = { probabilities: Float32Array.of(0, 1, 0), other: 0 };
    expect(matchSoundToPicture(model, picture, heard).map.data).toEqual(Float32Array.of(0.75, 0.125));
  });

  it('stays between 0 and 1, and the parts add up to it, but for labels that are hardly heard', () => {
    const unit = fc.float({ min: 0, max: 1, noNaN: true });
    const distribution = (length: number) =>
      fc
        .array(unit, { minLength: length, maxLength: length })
        .map((values) => values.map((value) => value / Math.max(1e-3, ...[values.reduce((a, b) => a + b, 0)])));
    fc.assert(
      fc.property(
        fc.array(distribution(3), { minLength: 12, maxLength: 12 }),
        distribution(3),
        unit,
        (cells, q, blur) => {
          const seen: PictureEvidence = {
            columns: 4,
            rows: 3,
            probabilities: Float32Array.from([0, 1].flatMap((label) => cells.map((cell) => cell[label]))),
            background: Float32Array.from(cells, (cell) => cell[2]),
          };
          const heard = { probabilities: Float32Array.of(q[0], q[1]), other: q[2] };
          const model = { ...tinyModel, map: { blur, fallback: 1, centre: 1 } };
          const match = matchSoundToPicture(model, seen, heard);
          const [red, blue] = [match.partOf(0), match.partOf(1)];
          expect(match.map.data.every((value) => value >= 0 && value <= 1 + 1e-6)).toBe(true);
          expect(
            match.map.data.every((value, cell) => Math.abs(red.data[cell] + blue.data[cell] - value) < 1.1e-3),
          ).toBe(true);
          const heat = heatMap(model, seen, heard, match).data;
          expect(heat.every((value) => value >= 0 && value <= 1)).toBe(true);
        },
      ),
    );
  });
});

describe('the centre prior', () => {
  it('is 1 in the centre and falls the same way to all sides', () => {
    const { data } = centrePrior(5, 5);
    expect(data[12]).toBe(1);
    expect(data[0]).toBeCloseTo(Math.exp(-0.5 * (0.4 / 0.25) ** 2 * 2), 6);
    expect([data[4], data[20], data[24]]).toEqual([data[0], data[0], data[0]]);
  });
});

describe('the answer', () => {
  const calibration = { topCells: 4, slope: 2, offset: 4, here: 0.75, absent: 0.25 };

  it('follows the calibration and its two thresholds', () => {
    // 2 ln(e^-2) + 4 = 0, 2 ln(e^-1) + 4 = 2, 2 ln(e^-3) + 4 = -2
    expect(answerOf(Math.exp(-2), calibration)).toEqual({ answer: 'unsure', confidence: expect.closeTo(0.5, 9) });
    const sure = 1 / (1 + Math.exp(-2));
    expect(answerOf(Math.exp(-1), calibration)).toEqual({ answer: 'here', confidence: expect.closeTo(sure, 9) });
    expect(answerOf(Math.exp(-3), calibration)).toEqual({
      answer: 'not in the picture',
      confidence: expect.closeTo(sure, 9),
    });
  });

  it('is a finite probability for any score, and never falls as the score grows', () => {
    expect(probabilityOfPresence(0, calibration)).toBeGreaterThan(0);
    const scores = Float64Array.from({ length: 100 }, (_, index) => index / 99);
    const presences = scores.map((score) => probabilityOfPresence(score, calibration));
    expect(presences).toEqual(presences.toSorted());
  });

  it.each([
    ['here', 'dog', 0.9, 0, null],
    ['silent', 'dog', 0, 0, 'there is no sound above -60 dBFS'],
    ['not in the picture', 'dog', 0.8, 0.1, 'a dog is heard, and no pixel looks like one'],
    ['not in the picture', 'acoustic_guitar', 0.8, 0, 'an acoustic guitar is heard, and no pixel looks like one'],
    ['not in the picture', 'sea waves', 0.8, 0, 'sea waves are heard, and no pixel looks like them'],
    ['not in the picture', 'brass', 0.8, 0, 'brass is heard, and no pixel looks like it'],
    ['not in the picture', 'Car, honking', 0.8, 0, '"Car, honking" is heard, and no pixel looks like what makes it'],
    ['not in the picture', 'dog', 0.2, 0.1, 'no label is heard clearly, and no pixel looks like a dog, the likeliest'],
    ['not in the picture', 'dog', 0.2, 0.6, 'the sound is none that the model knows'],
    ['unsure', 'dog', 0.6, 0.1, 'a dog is heard, and it is not clear whether any pixel looks like one'],
  ] as const)('"%s" for %s has a plain reason', (answer, label, heard, other, reason) => {
    expect(reasonFor({ answer, label, heard, other, silenceLevel: -60 })).toBe(reason);
  });
});

it('means the best cells, or all where there are fewer', () => {
  expect(meanOfBest(Float32Array.of(1, 5, 3, 4), 2)).toBe(4.5);
  expect(meanOfBest(Float32Array.of(1, 5), 4)).toBe(3);
});

it('names each region by what is heard and seen there', () => {
  const columns = 8;
  const probabilities = new Float32Array(2 * columns * columns);
  probabilities[1 * columns + 1] = 1; // red, at the top left
  probabilities[columns * columns + 6 * columns + 6] = 1; // blue, at the bottom right
  const seen = { columns, rows: columns, probabilities, background: new Float32Array(columns * columns) };
  const heard = { probabilities: Float32Array.of(0.6, 0.4), other: 0 };
  const sound = { seconds: 1, patches: [{ start: 0, end: 1, level: -20, heard }] };
  const finding = findingOf(plain, { width: 80, height: 80 }, seen, sound);
  expect(finding.classes.map(({ label }) => label)).toEqual(['red', 'blue']);
  expect(finding.regions.map(({ label }) => label)).toEqual(['red', 'blue']);
  expect(finding.regions[0].xmax).toBeLessThan(40);
  expect(finding.regions[1].xmin).toBeGreaterThan(40);
});
