import { describe, expect, it } from 'vitest';
import { checkAtLeast, parseAtLeast } from './atLeast.ts';
import { emptyEvaluation, madeUpEvaluation } from './report/evaluation.fixtures.ts';

describe('parseAtLeast', () => {
  it('reads a figure and what it must reach', () => {
    expect(parseAtLeast('half_ez.success=0.4')).toEqual({
      rule: 'half_ez.success=0.4',
      figure: 'half_ez.success',
      wanted: 0.4,
    });
    expect(parseAtLeast(' align_adaptive.auc-picture-only = -.05 ')).toMatchObject({
      figure: 'align_adaptive.auc-picture-only',
      wanted: -0.05,
    });
  });

  it.each(['', 'ciou', 'ciou=', '=0.4', 'half_ez=0.4', 'success=0.4', 'half_ez.auc-moon=0.1', 'toString=0'])(
    'refuses "%s" and says what is known',
    (text) => {
      expect(() => parseAtLeast(text)).toThrow(
        expect.objectContaining({ code: 'USAGE', hint: expect.stringContaining('align_adaptive') }),
      );
    },
  );

  it.each(['ciou=40', 'ciou=much', 'ciou=NaN', 'ciou=-2'])('refuses the number of "%s"', (text) => {
    expect(() => parseAtLeast(text)).toThrow(expect.objectContaining({ code: 'USAGE', hint: expect.any(String) }));
  });
});

describe('checkAtLeast', () => {
  const check = (...rules: string[]) => checkAtLeast(evaluation, rules.map(parseAtLeast));
  const evaluation = madeUpEvaluation();
  const [own] = evaluation.systems;

  it('holds where the figure is reached, and just so', () => {
    const got = own.rules.half_ez.success.value!;
    expect(check(`half_ez.success=${got}`, `ciou=${got}`, `half_ez.success=${got + 1e-6}`)).toEqual([
      { rule: `half_ez.success=${got}`, wanted: got, got, holds: true },
      { rule: `ciou=${got}`, wanted: got, got, holds: true },
      { rule: `half_ez.success=${got + 1e-6}`, wanted: got + 1e-6, got, holds: false },
    ]);
  });

  it.each([
    ['auc', own.rules.half_ez.auc.value],
    ['universal.meanCiou', own.rules.universal.meanCiou.value],
    ['fixed_half.auc', own.rules.fixed_half.auc.value],
    ['f_loc', 0.61],
    ['f_auc', 0.66],
    ['ap', 0.31],
    ['max_f1', 0.52],
  ])('finds %s', (figure, got) => {
    expect(check(`${figure}=0`)[0].got).toBe(got);
  });

  it.each([
    ['centre', 'centre Gaussian'],
    ['picture-only', 'picture only'],
    ['wrong', 'wrong sound'],
  ])('takes a margin over %s from the paired differences', (name, against) => {
    const found = evaluation.differences.find(
      (entry) => entry.against === against && entry.rule === 'align_adaptive' && entry.measure === 'auc',
    )!;
    expect(check(`align_adaptive.auc-${name}=0.05`)[0].got).toBe(found.difference.value);
  });

  it('does not hold where the figure cannot be said, however little is wanted', () => {
    const rules = ['ciou=-1', 'half_sspl.auc=-1', 'f_loc=-1', 'ap=-1', 'align_adaptive.auc-wrong=-1'];
    for (const { got, holds } of checkAtLeast(emptyEvaluation(), rules.map(parseAtLeast))) {
      expect(got).toBeNull();
      expect(holds).toBe(false);
    }
  });
});
