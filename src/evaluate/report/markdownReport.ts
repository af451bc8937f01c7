/** An evaluation as GitHub-flavoured Markdown. Labels and ids come from files of others and cannot break out of it. */
import type { Evaluation } from '../evaluation.ts';
import { count } from './figures.ts';
import { protocolLine, sectionsOf, titleOf } from './sections.ts';
import { isWordColumn, type Section, type Table } from './table.ts';
import { readingHelp } from './words.ts';

/** Rows of a table; report.json has them all. */
const mostRows = 60;

export function markdownReport(evaluation: Evaluation): string {
  const blocks = [
    `# ${escapeMarkdown(titleOf(evaluation))}`,
    escapeMarkdown(protocolLine(evaluation)),
    ...sectionsOf(evaluation).flatMap((section) => [
      ...sectionBlocks(section),
      ...(section.id === 'short' ? ['## How to read this', ...readingHelp.map(escapeMarkdown)] : []),
    ]),
  ];
  return `${blocks.join('\n\n')}\n`;
}

function sectionBlocks({ title, paragraphs, tables }: Section): string[] {
  return [
    `## ${title}`,
    ...paragraphs.map(escapeMarkdown),
    ...tables.flatMap((table) => [escapeMarkdown(table.caption), markdownTable(table)]),
  ];
}

export function markdownTable(table: Table): string {
  const { columns, rows } = table;
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  const rest = rows.length - mostRows;
  return [
    line(columns.map(escapeMarkdown)),
    line(columns.map((_, column) => (isWordColumn(table, column) ? ':--' : '--:'))),
    ...rows.slice(0, mostRows).map(({ cells, isMain }) => {
      const texts = cells.map(escapeMarkdown);
      return line(isMain ? texts.map((text) => (text === '' ? text : `**${text}**`)) : texts);
    }),
    ...(rest > 0 ? [line([`${count(rest)} more in report.json`, ...columns.slice(1).map(() => '')])] : []),
  ].join('\n');
}

/** On one line, with nothing in it that Markdown or HTML would take for more than text. */
export function escapeMarkdown(text: string): string {
  return text
    .replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ')
    .trim()
    .replace(/[&<>]/g, (character) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;' })[character]!)
    .replace(/[\\`*_[\]|~$#!]/g, '\\$&');
}
