// Writes the table of training settings into docs/training-report.md from the schema that checks them.
// Run after `npm run build`: node scripts/settingsTable.mjs
import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { describeConfig } from '../dist/train/run/config.js';

const path = fileURLToPath(new URL('../docs/training-report.md', import.meta.url));
const rows = describeConfig().map(({ field, value, meaning, choices }) => {
  const allowed = choices.length > 0 ? `${meaning} (${choices.join(', ')})` : meaning;
  return `| \`${field}\` | \`${value}\` | ${allowed} |`;
});
const table = ['| field | default | meaning |', '|---|---|---|', ...rows].join('\n');
const text = await readFile(path, 'utf8');
const [begin, end] = ['<!-- settings:begin -->', '<!-- settings:end -->'];
const [before, rest] = text.split(begin);
await writeFile(path, `${before}${begin}\n${table}\n${end}${rest.split(end)[1]}`);
