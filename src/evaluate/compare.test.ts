import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Comparison, compare } from './compare.ts';
import { madeUpPlan, mapRecord, scoredItem } from './itemRecord.fixtures.ts';
import type { ItemRecord } from './itemRecord.ts';
import type { Plan } from './plan.ts';
import { readMeasured } from './readMeasured.ts';
import { comparisonLines } from './report/comparisonLines.ts';
import { openRunFolder } from './runFolder.ts';

const newer: Plan = { ...madeUpPlan, model: { name: 'small', version: '0.2.0', sha256: '123' } };

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lookhear-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function run(name: string, of: Plan, records: readonly ItemRecord[]): Promise<string> {
  const path = join(folder, name);
  await openRunFolder(path, of, false);
  await writeFile(join(path, 'items.jsonl'), records.map((record) => `${JSON.stringify(record)}\n`).join(''));
  return path;
}

async function scores(name: string, lines: readonly (readonly [string, string, number | null])[]): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, lines.map(([id, rule, ciou]) => `${JSON.stringify({ id, rule, ciou })}\n`).join(''));
  return path;
}

const compared = async (a: string, b: string): Promise<Comparison> =>
  compare(await readMeasured(a), await readMeasured(b));

const items = (cious: readonly number[], scene = (index: number) => `scene${index}`) =>
  cious.map((ciou, index) => scoredItem({ index, ciou, scene: scene(index) }));

describe('two evaluations', () => {
  it('are compared under one rule where only that is wanted', async () => {
    const a = await readMeasured(await run('a', madeUpPlan, items([0.2, 0.4])));
    const b = await readMeasured(await run('b', newer, items([0.7, 0.5])));
    const { figures, changed } = compare(a, b, 'half_ez');
    expect(figures.map(({ rule }) => rule)).toEqual(['half_ez', 'half_ez', 'half_ez']);
    expect(changed?.rule).toBe('half_ez');
    expect(() => compare(a, b, 'half_lvs')).toThrow(
      expect.objectContaining({ code: 'USAGE', hint: 'Both have half_ez, align_adaptive.' }),
    );
  });

  it('are compared pair by pair', async () => {
    const a = await run('a', madeUpPlan, items([0.2, 0.4, 0.6, 0.8]));
    const b = await run('b', newer, items([0.7, 0.5, 0.6, 0.4]));
    const { count, figures, changed, notes } = await compared(a, b);
    expect(count).toBe(4);
    expect(figures.map(({ rule, measure }) => `${rule} ${measure}`)).toEqual(
      ['half_ez', 'align_adaptive'].flatMap((rule) => ['success', 'auc', 'meanCiou'].map((name) => `${rule} ${name}`)),
    );
    const [success, auc, meanCiou] = figures;
    expect(success).toMatchObject({ a: 0.5, b: 0.75, difference: { value: 0.25 } });
    // Of one pair: trapezoids up to the last step that is reached, and half a step beyond.
    expect(auc.a).toBeCloseTo((0.225 + 0.425 + 0.625 + 0.825) / 4, 1);
    expect(auc.difference.value).toBeCloseTo(auc.b! - auc.a!, 12);
    expect(meanCiou.difference.value).toBeCloseTo(0.05, 12);
    expect(meanCiou.difference.low).toBeLessThan(0.05);
    expect(meanCiou.difference.high).toBeGreaterThan(0.05);
    // Of the 16 patterns of signs of 0.5, 0.1, 0 and -0.4 only 0.5 - 0.1 - 0.4 and its mirror, with either 0, are smaller.
    expect(meanCiou.p).toBe(12 / 16);
    expect(changed).toEqual({
      rule: 'align_adaptive',
      better: [
        { id: 'item0', a: 0.2, b: 0.7 },
        { id: 'item1', a: 0.4, b: 0.5 },
      ],
      worse: [{ id: 'item3', a: 0.8, b: 0.4 }],
    });
    expect(notes).toEqual([]);
  });

  it('mirror each other when they are swapped', async () => {
    const a = await readMeasured(await run('a', madeUpPlan, items([0.2, 0.4, 0.6, 0.8])));
    const b = await readMeasured(await run('b', newer, items([0.7, 0.5, 0.6, 0.4])));
    const [there, back] = [compare(a, b), compare(b, a)];
    expect(back.figures.map(({ p }) => p)).toEqual(there.figures.map(({ p }) => p));
    expect(back.changed!.worse.map(({ id }) => id)).toEqual(there.changed!.better.map(({ id }) => id));
    for (const [index, { difference }] of there.figures.entries()) {
      expect(back.figures[index].difference.value).toBeCloseTo(-difference.value!, 12);
    }
  });

  it('differ in nothing from themselves', async () => {
    const a = await run('a', madeUpPlan, items([0.2, 0.4, 0.6, 0.8]));
    const { figures, changed, notes } = await compared(a, a);
    for (const { difference, p } of figures) {
      expect(difference).toEqual({ value: 0, low: 0, high: 0 });
      expect(p).toBe(1);
    }
    expect(changed).toMatchObject({ better: [], worse: [] });
    expect(notes).toEqual(['Both are of the same model.']);
  });

  it('count a scene once', async () => {
    const a = await run(
      'a',
      madeUpPlan,
      items([0.1, 0.1, 0.1, 0.1], () => 'one'),
    );
    const b = await run(
      'b',
      newer,
      items([0.9, 0.9, 0.9, 0.9], () => 'one'),
    );
    const { figures } = await compared(a, b);
    expect(figures[0]).toMatchObject({ count: 4, difference: { value: 1, low: 1, high: 1 }, p: 1 });
  });

  it('tell what they answered', async () => {
    const sure = items([0.6, 0.6]);
    const shy = sure.map((item) => ({ ...item, maps: { ...item.maps, own: mapRecord({ answer: 'unsure' }) } }));
    const silent = scoredItem({ index: 2, sources: 0, maps: { own: mapRecord({ ciou: {} }) } });
    const a = await run('a', madeUpPlan, [...sure, silent]);
    const b = await run('b', newer, [...shy, silent]);
    expect((await compared(a, b)).answers).toEqual([
      { condition: 'own sound', present: true, a: 1, b: 0 },
      { condition: 'wrong sound', present: false, a: 0, b: 0 },
      { condition: 'annotated as off-screen', present: false, a: 1, b: 1 },
    ]);
  });

  it('say what only one of them has, and that one is not finished', async () => {
    const skipped: ItemRecord = { index: 3, id: 'item3', skipped: 'missing', problem: 'There is no item3.wav.' };
    const a = await run('a', madeUpPlan, [...items([0.2, 0.4, 0.6]), skipped]);
    const b = await run('b', { ...newer, dataSha256: 'xyz', threshold: 0.3, seed: 2 }, items([0.2, 0.5]));
    const comparison = await compared(a, b);
    expect(comparison).toMatchObject({
      count: 2,
      a: { pairs: 3, alone: { count: 1, ids: ['item2'] } },
      b: { pairs: 2, alone: { count: 0, ids: [] } },
    });
    expect(comparison.notes).toEqual([
      expect.stringContaining('2 of 4 pairs are still to be done'),
      expect.stringContaining('different data'),
      expect.stringContaining('none in A and 0.3 in B'),
      expect.stringContaining('1 in A and 2 in B'),
    ]);
  });

  it('are refused where an id has another source in the one than in the other', async () => {
    const a = await run('a', madeUpPlan, items([0.2, 0.4]));
    const b = await run('b', newer, [scoredItem({ index: 0 }), scoredItem({ index: 1, area: 77 })]);
    await expect(compared(a, b)).rejects.toThrow(/"item1" has another source/);
  });
});

describe('the scores of two systems', () => {
  it('are compared under the rules that both have; undefined is a miss and leaves no mean', async () => {
    const a = await scores('a.jsonl', [
      ['x', 'half_ez', 0.6],
      ['x', 'half_lvs', 0.6],
      ['y', 'half_ez', 0.2],
      ['only a', 'half_ez', 0.2],
    ]);
    const b = await scores('b.jsonl', [
      ['y', 'half_ez', 0.9],
      ['x', 'half_ez', null],
    ]);
    const { count, figures, answers, changed, a: one } = await compared(a, b);
    expect(count).toBe(2);
    expect(one).toMatchObject({ model: null, pairs: 3, alone: { count: 1, ids: ['only a'] } });
    expect(answers).toBeNull();
    expect(figures.map(({ rule, measure }) => [rule, measure])).toEqual([
      ['half_ez', 'success'],
      ['half_ez', 'auc'],
      ['half_ez', 'meanCiou'],
    ]);
    expect(figures[0]).toMatchObject({ a: 0.5, b: 0.5, difference: { value: 0 } });
    expect(figures[2]).toMatchObject({ a: 0.4, b: null, difference: { value: null, low: null, high: null }, p: null });
    expect(changed).toEqual({ rule: 'half_ez', better: [{ id: 'y', a: 0.2, b: 0.9 }], worse: [] });
  });

  it('can stand against an evaluation, whose scenes count', async () => {
    const a = await run(
      'a',
      madeUpPlan,
      items([0.1, 0.1], () => 'one'),
    );
    const b = await scores('b.jsonl', [
      ['item0', 'half_ez', 0.9],
      ['item1', 'half_ez', 0.9],
    ]);
    const { figures, answers, notes } = await compared(a, b);
    expect(figures[0].p).toBe(1);
    expect(answers).toBeNull();
    expect(notes).toEqual([expect.stringContaining('not finished')]);
  });

  it.each([
    ['nonsense', /Line 1 .* is not/],
    ['{"id":"x","ciou":1}', /Line 1 .* is not/],
    ['{"id":"x","rule":"r","ciou":1}\n\n{"id":"x","rule":"r","ciou":1}', /Line 3 .* a second time/],
  ])('are refused where a line is %s', async (text, problem) => {
    const path = join(folder, 'a.jsonl');
    await writeFile(path, text);
    await expect(readMeasured(path)).rejects.toThrow(problem);
  });

  it('are refused where there is nothing to compare, or nothing there', async () => {
    const a = await scores('a.jsonl', [['x', 'half_ez', 0.6]]);
    const b = await scores('b.jsonl', [['y', 'half_ez', 0.6]]);
    const c = await scores('c.jsonl', [['x', 'half_lvs', 0.6]]);
    await expect(compared(a, b)).rejects.toThrow(/no pair in common/);
    await expect(compared(a, c)).rejects.toThrow(/no rule in common/);
    await expect(readMeasured(join(folder, 'none'))).rejects.toThrow(/no such folder or file/);
    await expect(readMeasured(folder)).rejects.toThrow(/no evaluation in that folder/);
  });
});

describe('comparisonLines', () => {
  it('says on a screen what changed, without control characters', async () => {
    const hostile = scoredItem({ index: 3, id: 'esc\u001b[31m', ciou: 0.1 });
    const a = await run('a', madeUpPlan, [...items([0.2, 0.4, 0.6]), hostile]);
    const b = await run('b', newer, [...items([0.7, 0.4, 0.6]), { ...hostile, maps: { own: mapRecord() } }]);
    const lines = comparisonLines(await compared(a, b));
    expect(lines.join('\n')).not.toMatch(/(?!\n)\p{Cc}/u);
    expect(lines).toContain('4 pairs in both, 0 only in A, 0 only in B');
    expect(lines.find((line) => line.startsWith('success, half_ez'))).toMatch(
      /25\.0 +75\.0 +\+50\.0 +0\.0 to 100\.0 +0\.500$/,
    );
    expect(lines).toContain('  better 0.20 -> 0.70  item0');
  });
});
