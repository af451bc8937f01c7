/** The tables of the report's figures 5 and 8, as far as they are in the shared reference, and their sums everywhere. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { input } from '../graph/tensor.ts';
import { Parameters } from '../layers/parameters.ts';
import type { LayerRow } from './namedLayers.ts';
import { type PresetName, pictureNetworkOf, presets, soundNetworkOf } from './presets.ts';
import { inKerasOrder, totalsOf } from './summary.ts';

const layersOf = (preset: PresetName) => {
  const context = { parameters: new Parameters(), mode: 'inference' } as const;
  const picture = pictureNetworkOf(presets[preset], context, input('picture', [1, 3, 473, 473]));
  const sound = soundNetworkOf(presets[preset], context, input('sound', [1, 1, 96, 64]));
  return { picture: picture?.layers ?? [], sound: sound?.layers ?? [], classifier: sound?.classifierLayers ?? [] };
};
const report = layersOf('report');

describe('the sums of the report', () => {
  it('are 38,411,606 for the picture network, 38,373,462 of them trained', () => {
    expect(totalsOf(report.picture)).toMatchObject({ parameters: 38_411_606, trainable: 38_373_462, fixed: 38_144 });
    expect(report.picture.length).toBe(156);
  });

  it('are 72,141,184 for VGGish and 19,350 for the dense layer', () => {
    expect(totalsOf(report.sound).parameters).toBe(72_141_184);
    expect(totalsOf(report.classifier).parameters).toBe(19_350);
  });

  it('count 131 thousand million multiply-adds, half of the operations of ENGINE.md', () => {
    expect(totalsOf(report.picture).multiplyAdds / 1e9).toBeCloseTo(131.3, 0);
  });

  it('are 46,841,174 for PSPNet-50', () => {
    const { picture } = layersOf('pspnet50');
    expect(totalsOf(picture)).toMatchObject({ parameters: 46_841_174, trainable: 46_782_550, fixed: 58_624 });
  });
});

const shared = process.env.LOOKHEAR_SHARED;

describe.skipIf(shared === undefined)('the rows of the report', () => {
  const facts = shared === undefined ? '' : readFileSync(join(shared, 'report/FACTS.md'), 'utf8');

  it('are those of figure 5 in name, type, shape, parameters, inputs and order', () => {
    const expected = [...facts.matchAll(/^\| \d+ \| (\S+) \| (\S+) \| ([\d,]+) \| (\d+) \| ([^|]*)\|/gm)].map(
      ([, name, type, shape, parameters, inputs]) =>
        `${name} ${type} ${shape} ${parameters} ${inputs.trim()}`.trimEnd(),
    );
    const ours = inKerasOrder(report.picture).map(({ name, type, shape, parameters, inputs }: LayerRow) =>
      `${name} ${type} ${shape} ${parameters} ${inputs.join(', ')}`.trimEnd(),
    );
    expect(expected.length).toBe(156);
    expect(ours).toEqual(expected);
  });

  it('are those of figure 8 in name, shape and parameters', () => {
    const rows = facts.split('## 4. Audio network')[1].split('###')[0];
    const expected = [...rows.matchAll(/^\| (\S*audmodel) \| ([\d,]+) \| ([\d,]+) \|/gm)].map(
      ([, name, shape, parameters]) => [name, shape, Number(parameters.replaceAll(',', ''))],
    );
    const ours = inKerasOrder(report.sound).map(({ name, shape, parameters }) => [name, `${shape}`, parameters]);
    expect(expected.length).toBe(15);
    expect(ours).toEqual(expected);
  });
});
