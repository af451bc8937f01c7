import { XMLParser } from 'fast-xml-parser';
import { describe, expect, it } from 'vitest';
import { plotCurves, plotPanels } from './plot.ts';

const parse = (svg: string) =>
  new XMLParser({ ignoreAttributes: false, attributeNamePrefix: '', isArray: (name) => name === 'g' }).parse(svg, true)
    .svg;

describe('curves', () => {
  it('rise to the top where they are highest, and reach the right edge at the last step', () => {
    const svg = parse(
      plotPanels([
        {
          title: 'ciou',
          lines: [
            {
              label: 'ciou',
              points: [
                [0, 0],
                [50, 0.5],
                [100, 1],
              ],
            },
          ],
        },
      ]),
    );
    expect(svg.g[0].polyline.points).toBe('64.0,120.0 344.0,72.0 624.0,24.0');
    expect(svg.g[0].circle).toMatchObject({ cx: '624.0', cy: '24.0' });
  });

  it('share an axis with their baseline, which is dashed and drawn below', () => {
    const svg = parse(
      plotPanels([
        {
          title: 'ciou',
          lines: [
            { label: 'ciou', points: [[10, 3]] },
            { label: 'centred square', points: [[10, 1]], isDashed: true },
          ],
        },
      ]),
    );
    expect(svg.g.map((group: { class?: string }) => group.class)).toEqual(['dashed', undefined]);
    expect(svg.g[0].circle.cy).toBe('120.0');
    expect(svg.g[1].circle.cy).toBe('24.0');
    expect(svg.text.map((text: { '#text': string }) => text['#text'])).toContain('now 3, centred square 1');
  });

  it('leave out what is not a number, and a panel of nothing else', () => {
    const svg = plotPanels([
      {
        title: 'a',
        lines: [
          {
            label: 'a',
            points: [
              [1, Number.NaN],
              [2, 5],
            ],
          },
        ],
      },
      { title: 'empty', lines: [{ label: 'empty', points: [[1, Number.POSITIVE_INFINITY]] }] },
    ]);
    expect(svg).not.toMatch(/NaN|Infinity|undefined|empty/);
    expect(plotPanels([])).not.toMatch(/NaN|Infinity|undefined/);
  });

  it('of a log have a panel for the loss and one for each validation figure', () => {
    const svg = plotCurves([
      { step: 10, loss: 1, learningRate: 0.1 },
      { step: 20, loss: 0.5, learningRate: 0.1, auc: 0.7 },
    ]);
    expect(parse(svg).text.filter((text: { class?: string }) => text.class === 'title')).toHaveLength(2);
  });

  it('cannot be broken by a name', () => {
    const svg = plotPanels([{ title: '</svg><script>', lines: [{ label: '<i>', points: [[1, 1]] }] }]);
    expect(svg).not.toMatch(/<script|<i>/);
  });
});
