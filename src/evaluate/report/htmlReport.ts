/**
 * An evaluation as one page that stands alone: its style, charts and pictures are inside, it has no script, and its
 * policy lets it fetch nothing, whatever the labels and ids that it shows may say.
 */
import { createHash } from 'node:crypto';
import type { Evaluation } from '../evaluation.ts';
import { confusionHeat } from './charts/confusionHeat.ts';
import { galleryFigures, type ReportPictures } from './charts/galleryFigures.ts';
import { reliabilityCurve } from './charts/reliabilityCurve.ts';
import { classGraph, shortGraph } from './charts/rowGraphs.ts';
import { successCurves } from './charts/successCurves.ts';
import { counted } from './figures.ts';
import { htmlStyle } from './htmlStyle.ts';
import { htmlTable } from './htmlTable.ts';
import { escapeMarkup } from './markup.ts';
import { rulesOf } from './sections/scores.ts';
import { protocolLine, sectionsOf, titleOf } from './sections.ts';
import type { Section, Table } from './table.ts';
import { readingHelp } from './words.ts';

export type { ReportPicture } from './charts/galleryFigures.ts';

/** Classes that are shown without being asked for. */
const mostClasses = 30;

/** Lines of a list that are shown without being asked for. */
const mostListed = 20;

/** @param pictures By id of the gallery's items; one that is not there is said to be absent. */
export function htmlReport(evaluation: Evaluation, pictures: ReportPictures): string {
  const title = escapeMarkup(titleOf(evaluation));
  const sections = sectionsOf(evaluation);
  const hash = createHash('sha256').update(htmlStyle).digest('base64');
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'sha256-${hash}'; img-src data:; base-uri 'none'; form-action 'none'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title}</title>
<style>${htmlStyle}</style>
</head>
<body>
<header>
<h1>${title}</h1>
<p class="soft">${escapeMarkup(protocolLine(evaluation))}</p>
<nav aria-label="Sections"><ul>
${sections.map((section) => `<li><a href="#${section.id}">${escapeMarkup(section.title)}</a></li>`).join('\n')}
</ul></nav>
</header>
<main>
${sections.map((section) => htmlSection(section, evaluation, pictures)).join('\n')}
</main>
</body>
</html>
`;
}

function htmlSection(section: Section, evaluation: Evaluation, pictures: ReportPictures): string {
  const { id, title, paragraphs } = section;
  const texts = paragraphs.map((text) => `<p${id === 'short' ? ' class="lead"' : ''}>${escapeMarkup(text)}</p>`);
  return `<section id="${id}" aria-labelledby="${id}-title">
<h2 id="${id}-title">${escapeMarkup(title)}</h2>
${[...texts, ...content(section, evaluation, pictures)].filter((block) => block !== '').join('\n')}
</section>`;
}

/** Most sections are their tables; these are shown as charts too, or instead. */
function content({ id, tables }: Section, evaluation: Evaluation, pictures: ReportPictures): string[] {
  const plain = tables.map((table) => htmlTable(table));
  switch (id) {
    case 'short':
      return [...tables.map((table) => htmlTable(table, shortGraph(evaluation))), help()];
    case 'systems':
      return [charts(rulesOf(evaluation).compared.map((rule) => successCurves(evaluation, rule))), ...plain];
    case 'answers':
      return answerBlocks(plain, reliabilityCurve(evaluation));
    case 'classes':
      return classTables(tables, evaluation);
    case 'confusion':
      return [confusionHeat(evaluation), ...plain];
    case 'gallery':
      return [galleryFigures(evaluation, pictures)];
    case 'leaks':
    case 'origin':
      return tables.map((table) => (table.rows.length > mostListed ? folded(table) : htmlTable(table)));
    default:
      return plain;
  }
}

/** The curve stands beside its table, which is the last. */
function answerBlocks(tables: readonly string[], curve: string): string[] {
  return curve === '' ? [...tables] : [...tables.slice(0, -1), charts([curve, ...tables.slice(-1)])];
}

function folded(table: Table): string {
  return `<details><summary>${counted(table.rows.length, 'line')}: ${escapeMarkup(table.caption)}</summary>\n${htmlTable(table)}\n</details>`;
}

function help(): string {
  return `<div class="help">\n${readingHelp.map((text) => `<p>${escapeMarkup(text)}</p>`).join('\n')}\n</div>`;
}

function charts(figures: readonly string[]): string {
  const drawn = figures.filter((figure) => figure !== '');
  return drawn.length === 0 ? '' : `<div class="charts">\n${drawn.join('\n')}\n</div>`;
}

/** With a bar for each class; the rarer ones folded away. */
function classTables(tables: Section['tables'], { classes }: Evaluation): string[] {
  return tables.flatMap((table) => {
    const part = (from: number, to?: number): string =>
      htmlTable({ ...table, rows: table.rows.slice(from, to) }, classGraph(classes.slice(from, to)));
    const rest = classes.length - mostClasses;
    if (rest <= 0) return [part(0)];
    return [
      part(0, mostClasses),
      `<details><summary>${counted(rest, 'rarer class', 'rarer classes')}</summary>\n${part(mostClasses)}\n</details>`,
    ];
  });
}
