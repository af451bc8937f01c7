import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { describeConfig } from '../src/train/run/config.ts';

const read = (name: string): string => readFileSync(fileURLToPath(new URL(`../${name}`, import.meta.url)), 'utf8');

describe('README.md', () => {
  it('shows the figures that `npm run evaluate:small` wrote, as do the card and the docs', () => {
    const figures = (page: string): string =>
      /<!-- evaluation:begin -->(.*)<!-- evaluation:end -->/s.exec(read(page))![1];
    expect(figures('README.md')).toContain('own sound');
    expect(figures('models/small/card.md')).toBe(figures('README.md'));
    expect(figures('docs/evaluation.md')).toBe(figures('README.md'));
  });

  it('points only to files that exist', () => {
    const links = [...read('README.md').matchAll(/\]\((?!https?:)([^)#]+)/g)].map(([, target]) => target);
    expect(links.length).toBeGreaterThan(5);
    for (const link of links) expect(() => read(link), link).not.toThrow();
  });
});

describe('docs/training-report.md', () => {
  it('shows every setting with its default, as scripts/settingsTable.mjs writes them', () => {
    const page = read('docs/training-report.md');
    for (const { field, value, meaning } of describeConfig()) {
      expect(page).toContain(`| \`${field}\` | \`${value}\` | ${meaning}`);
    }
  });
});
