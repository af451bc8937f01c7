import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { describeConfig } from '../src/train/run/config.ts';

const read = (name: string): string => readFileSync(fileURLToPath(new URL(`../${name}`, import.meta.url)), 'utf8');

describe('README.md', () => {
  it('shows the figures of the shipped model, as scripts/readme.mjs copies them from its card', () => {
    const card = read('models/small/card.md');
    const figures = card.slice(card.indexOf('| pairs |'), card.indexOf('## Label by label')).trim();
    expect(figures).toContain('real clips');
    expect(read('README.md')).toContain(figures);
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
