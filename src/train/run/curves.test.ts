import { XMLParser, XMLValidator } from 'fast-xml-parser';
import { describe, expect, it } from 'vitest';
import { parseConfig } from './config.ts';
import { plotRun, type RunPage, runPage } from './curves.ts';
import type { MetricsEntry } from './metrics.ts';

const entries: MetricsEntry[] = [
  { step: 10, epoch: 0.5, loss: 0.9, learningRate: 0.001 },
  {
    step: 20,
    epoch: 1,
    loss: 0.4,
    learningRate: 0.0005,
    validation: { ciou: { value: 0.31, baseline: { name: 'centred square', value: 0.28 } }, auc: { value: 0.7 } },
  },
];

const page = (more: Partial<RunPage> = {}): string =>
  runPage({
    title: 'run',
    config: parseConfig('{}', 'train.json'),
    facts: { version: '1.2.3', seed: 1, node: 'v20', engine: 'native', started: '2020-01-01T00:00:00.000Z' },
    entries,
    pictures: [],
    ...more,
  });

describe('the curves of a run', () => {
  it('are those of loss, learning rate and each score, the score beside its baseline', () => {
    const { svg } = new XMLParser({ ignoreAttributes: false, attributeNamePrefix: '' }).parse(plotRun(entries), true);
    const texts: string[] = svg.text.map((text: { '#text': unknown }) => String(text['#text']));
    expect(texts.filter((text) => ['loss', 'learning rate', 'ciou', 'auc'].includes(text))).toHaveLength(4);
    expect(texts).toContain('now 0.31, centred square 0.28');
    expect(svg.g.filter((group: { class?: string }) => group.class === 'dashed')).toHaveLength(1);
  });
});

describe('the page of a run', () => {
  it('shows where it stands, its config and its facts', () => {
    const html = page();
    expect(html).toContain('Step 20, epoch 1.00 of 30.');
    expect(html).toContain('lookhear 1.2.3, engine native');
    expect(html).toContain('<th scope="row">optimiser.momentum</th><td>0.9</td>');
  });

  it('needs no script and nothing from elsewhere', () => {
    expect(page()).not.toMatch(/<script|<link|https?:(?!\/\/www\.w3\.org\/2000\/svg)|@import|url\(/);
  });

  it('links the maps of every epoch, the newest first', () => {
    const html = page({
      pictures: [
        { epoch: 1, file: 'maps/epoch-1/a dog.png', caption: 'a dog' },
        { epoch: 2, file: 'maps/epoch-2/a dog.png', caption: 'a dog' },
      ],
    });
    expect([...html.matchAll(/<h3>(.*)<\/h3>/g)].map(([, text]) => text)).toEqual(['Epoch 2', 'Epoch 1']);
    expect(html).toContain('<img src="maps/epoch-1/a%20dog.png" alt="a dog" loading="lazy">');
  });

  it('cannot be broken by a name or a value', () => {
    const evil = `"><script>alert('1')</script>`;
    const html = page({
      title: evil,
      config: parseConfig('{}', 'train.json', { data: evil }),
      entries: [{ ...entries[1], validation: { [evil]: { value: 1, baseline: { name: evil, value: 0 } } } }],
      pictures: [{ epoch: 1, file: `maps/${evil}.png`, caption: evil }],
    });
    expect(html).not.toContain('<script');
    const asXml = html
      .replace('<!doctype html>', '')
      .replace(/<(meta|img)([^>]*)>/g, '<$1$2/>')
      .replace('"lazy"/>', '"lazy"/>');
    expect(XMLValidator.validate(asXml)).toBe(true);
  });

  it('is there before the first step', () => {
    expect(page({ entries: [] })).toContain('No step was logged yet.');
  });
});
