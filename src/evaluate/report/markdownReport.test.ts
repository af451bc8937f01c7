import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  emptyEvaluation,
  hostileEvaluation,
  madeUpEvaluation,
  manyClassesEvaluation,
  unsaidEvaluation,
} from './evaluation.fixtures.ts';
import { escapeMarkdown, markdownReport } from './markdownReport.ts';
import { summaryLines } from './summaryLines.ts';
import { tableForDocs } from './tableForDocs.ts';

const unescapedCells = (line: string): number => line.replace(/\\./g, '').split('|').length - 2;

/** Every table has as many cells in each row as in its head. */
function expectTables(markdown: string): void {
  for (const block of markdown.split('\n\n').filter((text) => text.startsWith('|'))) {
    const [head, ...rows] = block.trimEnd().split('\n');
    for (const row of rows) expect(unescapedCells(row), row).toBe(unescapedCells(head));
  }
}

describe('the Markdown of an evaluation', () => {
  it('says the protocol, the scores beside floors, and how to make them again', () => {
    const text = markdownReport(madeUpEvaluation());
    expect(text).toMatch(/^# small on Made-up pairs\n\nProtocol lookhear@1, benchmark pairs, 43 pairs scored of 45/);
    expect(text).toContain('| **own sound** | **62.5 (54.5 to 69.5)** |');
    expect(text).toContain('| centre Gaussian | 42.5 (34.5 to 49.5) |');
    expect(text).toContain('| command | lookhear evaluate pairs/ --model small --threshold 0.34 --seed 0 |');
    expect(text).toContain('Two boxes lie upside down');
    expect(text).toContain('Cannot read pair-44.wav: there is no such file.');
    expectTables(text);
  });

  it('puts a sign and a p to each difference', () => {
    const text = markdownReport(madeUpEvaluation());
    expect(text).toContain('| silence | +62.5 (56.5 to 68.5) | &lt; 0.001 |');
  });

  it('explains each abbreviation', () => {
    const text = markdownReport(madeUpEvaluation());
    for (const name of ['cIoU', 'AUC', 'pIA', 'AUC\\_N', 'F\\_LOC', 'AP', 'max-F1', 'LocAcc', 'IIoU', 'IAUC']) {
      expect(text).toMatch(new RegExp(`${name.replaceAll('\\', '\\\\')}(\\)? says| is the area|:)`));
    }
  });

  it.each([
    ['no item', emptyEvaluation()],
    ['nothing that can be said', unsaidEvaluation()],
  ])('writes no NaN or null for %s', (_, evaluation) => {
    const text = [markdownReport(evaluation), tableForDocs(evaluation), ...summaryLines(evaluation)].join('\n');
    expect(text).not.toMatch(/NaN|null|undefined|Infinity/);
    expectTables(markdownReport(evaluation));
  });

  it('lists sixty classes and says how many more there are', () => {
    expect(markdownReport(manyClassesEvaluation(300))).toContain('| 240 more in report.json |');
  });

  it('cannot be broken by labels and ids', () => {
    const text = markdownReport(hostileEvaluation('<script>|`**[x](y)**`\n\n# heading\u001b[31m'));
    expect(text).not.toContain('\u001b');
    expect(text).not.toMatch(/<script|\n# heading|[^\\]\*\*\[/);
    expectTables(text);
  });

  it('keeps any text on one line without bare marks', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const escaped = escapeMarkdown(text);
        expect(escaped).not.toMatch(/[\n\r<>]/);
        expect(escaped.replace(/\\[\\`*_[\]|~$#!]/g, '')).not.toMatch(/[\\`*_[\]|~$!]/);
      }),
    );
  });
});

describe('the summary for the terminal', () => {
  it('is a screenful with the floors beside the scores', () => {
    const lines = summaryLines(madeUpEvaluation());
    expect(lines.length).toBeLessThan(20);
    expect(lines).toContain('success, align_adaptive       62.5  54.5 to 69.5         37.5          47.5    42.5');
    expect(lines).toContain('In common with the training: 1 id, 1 picture, 0 sounds.');
  });

  it('says so where the model is not surely better', () => {
    const [first, ...others] = madeUpEvaluation().differences.filter(
      ({ against, rule, measure }) => against === 'centre Gaussian' && rule === 'align_adaptive' && measure === 'auc',
    );
    expect(others).toEqual([]);
    const differences = [{ ...first, difference: { value: 0.01, low: -0.05, high: 0.07 }, p: 0.8 }];
    expect(summaryLines(madeUpEvaluation({ differences })).join('\n')).toContain(
      'Not surely other than a spot in the middle of the picture: AUC +1.0 (-5.0 to 7.0) points under align_adaptive, p 0.800.',
    );
  });

  it('holds no control characters, whatever names say', () => {
    expect(summaryLines(hostileEvaluation('\u001b[2J\u0007x')).join('\n')).not.toMatch(/[^\P{Cc}\n]/u);
  });
});
