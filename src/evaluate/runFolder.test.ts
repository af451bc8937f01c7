import { appendFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { madeUpPlan, scoredItem } from './itemRecord.fixtures.ts';
import { mergeShards } from './mergeShards.ts';
import { openItems, openRunFolder, readItems, readPlan } from './runFolder.ts';
import { itemsFile, placesOf } from './shard.ts';

const plan = { ...madeUpPlan, items: 7, seed: 0 };

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lookhear-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

describe('the folder of a run', () => {
  it('takes the same plan again and refuses another, naming what differs', async () => {
    await openRunFolder(folder, plan, false);
    await openRunFolder(folder, plan, false);
    expect(await readPlan(folder)).toEqual(plan);
    await expect(openRunFolder(folder, { ...plan, seed: 1, threshold: 0.5 }, false)).rejects.toThrow(
      /differs in seed, threshold/,
    );
  });

  it('forgets the items of another plan where it is forced', async () => {
    await openRunFolder(folder, plan, false);
    await writeFile(join(folder, 'items.jsonl'), '{}\n');
    await writeFile(join(folder, 'items-1-of-2.jsonl'), '{}\n');
    await openRunFolder(folder, { ...plan, seed: 1 }, true);
    await expect(readFile(join(folder, 'items.jsonl'))).rejects.toThrow();
    await expect(readFile(join(folder, 'items-1-of-2.jsonl'))).rejects.toThrow();
  });

  it('refuses a folder with another plan.json, and one with none', async () => {
    await expect(readPlan(folder)).rejects.toThrow(/no evaluation in that folder/);
    await writeFile(join(folder, 'plan.json'), '{"schema":"something"}');
    await expect(readPlan(folder)).rejects.toThrow(/not the plan of an evaluation/);
    await expect(openRunFolder(folder, plan, false)).rejects.toThrow(/not that of an evaluation/);
  });
});

describe('the items of a run', () => {
  it('go on behind the last whole line', async () => {
    const path = join(folder, 'items.jsonl');
    const lines = [0, 1].map((index) => `${JSON.stringify(scoredItem({ index }))}\n`).join('');
    await writeFile(path, `${lines}{"index":2,"id":"it`);
    const known: number[] = [];
    const { file, count } = await openItems(path, ({ index }) => known.push(index));
    await file.appendFile('{"index":2}\n');
    await file.close();
    expect(known).toEqual([0, 1]);
    expect(count).toBe(2);
    expect(await readFile(path, 'utf8')).toBe(`${lines}{"index":2}\n`);
  });

  it('keep a line whose characters take several bytes', async () => {
    const path = join(folder, 'items.jsonl');
    await writeFile(path, `${JSON.stringify({ index: 0, id: 'für 猫' })}\n{"ind`);
    const { file, count } = await openItems(path, () => {});
    await file.close();
    expect(count).toBe(1);
    for await (const record of readItems(path)) expect(record.id).toBe('für 猫');
  });

  it('say which line is damaged', async () => {
    const path = join(folder, 'items.jsonl');
    await writeFile(path, '{"index":0}\nnonsense\n');
    await expect(openItems(path, () => {})).rejects.toThrow(/a line of it is damaged/);
    const readAll = async (): Promise<void> => {
      for await (const record of readItems(path)) expect(record.index).toBe(0);
    };
    await expect(readAll()).rejects.toThrow(/line 2/);
  });
});

describe('shards', () => {
  const lineOf = (index: number): string => `${JSON.stringify(scoredItem({ index }))}\n`;
  const writeShards = async (of: number): Promise<void> => {
    for (let number = 1; number <= of; number++) {
      const lines = placesOf({ number, of }, plan.items).map(lineOf);
      await writeFile(join(folder, itemsFile({ number, of })), lines.join(''));
    }
  };

  it.each([2, 3, 9])('join to the bytes of one run (%i parts)', async (of) => {
    await openRunFolder(folder, plan, false);
    await writeShards(of);
    await mergeShards(folder);
    const one = Array.from({ length: plan.items }, (_, index) => lineOf(index)).join('');
    expect(await readFile(join(folder, 'items.jsonl'), 'utf8')).toBe(one);
  });

  it('must all be there, finished, and of one cut; nothing is written otherwise', async () => {
    await openRunFolder(folder, plan, false);
    await expect(mergeShards(folder)).rejects.toThrow(/no parts/);
    await writeShards(3);
    await rm(join(folder, 'items-2-of-3.jsonl'));
    await expect(mergeShards(folder)).rejects.toThrow(/Parts 2 of 3 are not/);
    await writeFile(join(folder, 'items-2-of-3.jsonl'), lineOf(1));
    await expect(mergeShards(folder)).rejects.toThrow(/1 of 2 lines/);
    await writeShards(3);
    await appendFile(join(folder, 'items-2-of-3.jsonl'), lineOf(1));
    await expect(mergeShards(folder)).rejects.toThrow(/more lines/);
    await writeShards(2);
    await expect(mergeShards(folder)).rejects.toThrow(/several cuts/);
    await expect(readFile(join(folder, 'items.jsonl'))).rejects.toThrow();
  });
});
