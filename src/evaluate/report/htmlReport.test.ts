import { createHash } from 'node:crypto';
import { XMLParser, XMLValidator } from 'fast-xml-parser';
import { describe, expect, it } from 'vitest';
import type { Evaluation } from '../evaluation.ts';
import { missReasons } from '../itemRecord.ts';
import { confusionHeat } from './charts/confusionHeat.ts';
import { reliabilityCurve } from './charts/reliabilityCurve.ts';
import { successCurves } from './charts/successCurves.ts';
import {
  emptyEvaluation,
  hostileEvaluation,
  madeUpEvaluation,
  manyClassesEvaluation,
  unsaidEvaluation,
} from './evaluation.fixtures.ts';
import { htmlReport, type ReportPicture } from './htmlReport.ts';

const none: ReadonlyMap<string, ReportPicture> = new Map();

function asXml(html: string): string {
  return html
    .replace('<!doctype html>', '')
    .replace(/<br>/g, '<br/>')
    .replace(/<(meta|img)([^>]*)>/g, '<$1$2/>');
}

const evaluations: readonly (readonly [string, Evaluation])[] = [
  ['all figures', madeUpEvaluation()],
  ['no item', emptyEvaluation()],
  ['nothing that can be said', unsaidEvaluation()],
  ['300 classes', manyClassesEvaluation(300)],
  ['names that try to break out', hostileEvaluation(`"><script>alert('1')</script><img src=x onerror=alert(1)>&`)],
];

describe.each(evaluations)('the page of an evaluation of %s', (_, evaluation) => {
  const html = htmlReport(evaluation, none);

  it('is well-formed, without script or anything from elsewhere', () => {
    expect(XMLValidator.validate(asXml(html))).toBe(true);
    expect(html).not.toMatch(/<script|<link|<iframe|<img src=x|@import|url\(/);
    for (const [, address] of html.matchAll(/<[^>]* (?:href|src)="([^"]*)"/g))
      expect(address).toMatch(/^(#|data:image)/);
  });

  it('says nothing of NaN or null', () => {
    expect(html).not.toMatch(/NaN|null|undefined|Infinity/);
  });

  it('links to sections that are there', () => {
    const links = [...html.matchAll(/href="#([^"]*)"/g)].map(([, id]) => id);
    expect(links.length).toBeGreaterThan(10);
    for (const id of links) expect(html).toContain(`<section id="${id}"`);
  });
});

describe('the page of an evaluation', () => {
  it('lets nothing be fetched and no other style apply', () => {
    const html = htmlReport(madeUpEvaluation(), none);
    const [, style] = /<style>([\s\S]*)<\/style>/.exec(html)!;
    const hash = createHash('sha256').update(style).digest('base64');
    expect(html).toContain(`default-src 'none'; style-src 'sha256-${hash}'; img-src data:;`);
    expect(html).not.toMatch(/ style="/);
  });

  it('holds the pictures of the gallery, the not found with the reason', () => {
    const { gallery } = madeUpEvaluation();
    const overlay = Uint8Array.of(0xff, 0xd8, 0xff);
    const pictures = new Map(
      Object.values(gallery).flatMap((items) => items.map(({ id }) => [id, { overlay, alt: `heat of ${id}` }])),
    );
    pictures.delete('pair-3');
    const html = htmlReport(madeUpEvaluation(), pictures);
    expect(html).toContain('<img src="data:image/jpeg;base64,/9j/" alt="heat of pair-0">');
    expect(html.match(/<img /g)).toHaveLength(15);
    expect(html.match(/no picture kept/g)).toHaveLength(1);
    for (const reason of missReasons) expect(html).toContain(`<strong class="reason">${reason}</strong>`);
  });

  it('folds rarer classes away and keeps them all', () => {
    const html = htmlReport(manyClassesEvaluation(300), none);
    expect(html).toContain('<summary>270 rarer classes</summary>');
    expect(html.match(/<rect class="bar"/g)).toHaveLength(300);
  });

  it('draws the bar of a class as long as its AUC, and the centre as a tick', () => {
    const html = htmlReport(madeUpEvaluation(), none);
    const [, row] = /<th scope="row">violin<\/th>(.*)<\/tr>/.exec(html)!;
    expect(row).toContain('<rect class="bar" y="20%" width="78%" height="60%"/><line class="tick" x1="45%" x2="45%"');
  });
});

describe('success curves', () => {
  it('go through the share of each threshold, the model on top of its floors', () => {
    const evaluation = madeUpEvaluation();
    const figure = successCurves(evaluation, 'align_adaptive');
    const { svg } = new XMLParser({ ignoreAttributes: false, attributeNamePrefix: '' }).parse(figure).figure.div;
    const lines: { class: string; points: string }[] = svg.svg.polyline;
    expect(lines.at(-1)!.class).toBe('curve model');
    const { curve } = evaluation.systems[0].rules.align_adaptive;
    const expected = curve.map((share, index) => [5 * index, 100 - 100 * share]);
    expect(
      lines
        .at(-1)!
        .points.split(' ')
        .map((point) => point.split(',').map(Number)),
    ).toEqual(expected.map(([x, y]) => [x, expect.closeTo(y, 2)]));
    expect(figure).toContain('centre Gaussian <span>AUC 43.0</span>');
  });

  it('are left out where the model has none', () => {
    expect(successCurves(madeUpEvaluation(), 'slavc_relative')).toBe('');
    expect(successCurves(unsaidEvaluation(), 'half_ez')).toBe('');
  });
});

describe('the reliability curve', () => {
  it('has a point for each bin that is not empty, the fullest the largest', () => {
    const figure = reliabilityCurve(madeUpEvaluation());
    const points = [...figure.matchAll(/<circle class="point" cx="(.*?)%" cy="(.*?)%" r="(.*?)"/g)];
    expect(points).toHaveLength(9);
    expect(points.at(-1)!.slice(1)).toEqual(['95', '0', '11']);
  });
});

describe('the confusion of classes', () => {
  const cells = (html: string): number[][] =>
    [...html.matchAll(/<tr><th scope="row">.*?<\/th>(.*?)<\/tr>/g)].map(([, row]) =>
      [...row.matchAll(/<td[^>]*>(.*?)<\/td>/g)].map(([, text]) => Number(text.replaceAll(',', ''))),
    );

  it('sums the rest of many names and loses no pair', () => {
    const evaluation = manyClassesEvaluation(300);
    const html = confusionHeat(evaluation);
    const rows = cells(html);
    expect(rows).toHaveLength(21);
    expect(rows[0]).toHaveLength(22);
    const total = evaluation.confusion.counts.flat().reduce((sum, times) => sum + times, 0);
    expect(rows.reduce((sum, row) => sum + row.at(-1)!, 0)).toBe(total);
    for (const row of rows) expect(row.slice(0, -1).reduce((sum, times) => sum + times, 0)).toBe(row.at(-1));
    expect(html).toContain('Summed as &#34;others&#34;: 280 rarer sounds and 280 names rarely heard.');
  });

  it('frames what has the same name on both sides, and puts those columns in the order of the rows', () => {
    const html = confusionHeat(madeUpEvaluation());
    expect(html.match(/ same"/g)).toHaveLength(4);
    const heads = [...html.matchAll(/<th scope="col"><span>(.*?)<\/span>/g)].map(([, text]) => text);
    expect(heads.slice(0, 4)).toEqual(['dog barking', 'violin', 'rain', 'person speaking']);
  });
});
