import { describe, expect, it } from 'vitest';
import { emptyEvaluation, hostileEvaluation, madeUpEvaluation, unsaidEvaluation } from './evaluation.fixtures.ts';
import { tableForDocs } from './tableForDocs.ts';

const rowsOf = (text: string): string[][] =>
  text
    .split('\n')
    .filter((line) => line.startsWith('|'))
    .map((line) => line.slice(2, -2).split(' | '));

describe('tableForDocs', () => {
  it('sets the model beside what it must be better than, the hardest of the squares among them', () => {
    const rows = rowsOf(tableForDocs(madeUpEvaluation()));
    expect(rows.map(([name]) => name)).toEqual([
      'percent',
      ':--',
      '**own sound**',
      'wrong sound',
      'picture only',
      'centre Gaussian',
      'centred square 51 %',
      'best possible under the half rule',
    ]);
    expect(rows[2][1]).toBe('**47.5 (39.5 to 54.5)**');
    expect(rows[3]).toEqual(['wrong sound', '22.5', '40.1', '20.0']);
    expect(rows[7].slice(2)).toEqual(['-', '-']);
  });

  it('tells the answers, and the command', () => {
    const text = tableForDocs(madeUpEvaluation());
    expect(text).toContain(
      'own sound 82.5, wrong sound 12.5, white noise 0.0, silence 0.0. F\\_LOC 61.0, F\\_AUC 66.0.',
    );
    expect(text).toMatch(/`lookhear evaluate pairs\/ [^`]*`\.$/);
  });

  it('has no column of a rule without a threshold, and no row of nothing', () => {
    const rows = rowsOf(tableForDocs(emptyEvaluation()));
    expect(rows).toEqual([
      ['percent', 'success, half\\_ez', 'AUC, align\\_adaptive'],
      [':--', '--:', '--:'],
    ]);
  });

  it('writes what cannot be said as -', () => {
    const text = tableForDocs(unsaidEvaluation());
    expect(rowsOf(text)[2]).toEqual(['**own sound**', '**-**', '**-**', '**-**']);
    expect(text).not.toMatch(/NaN|null|undefined/);
  });

  it('lets no text of others break out', () => {
    const text = tableForDocs(hostileEvaluation('</td>|<script>alert(1)</script>\n# `x`'));
    expect(text.replace(/`{2,}.*`{2,}/s, '')).not.toContain('<script>');
    expect(text.split('\n').some((line) => line.startsWith('#'))).toBe(false);
  });
});
