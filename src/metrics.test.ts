import { readdirSync, readFileSync } from 'node:fs';
import { dirname, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import * as metrics from './metrics.ts';

const source = fileURLToPath(new URL('.', import.meta.url));
const importsOf = (path: string): string[] =>
  [...readFileSync(path, 'utf8').matchAll(/(?:from|import\()\s*'([^']+)'/g)].map(([, target]) => target);

it('needs no package, and no room but the pictures', () => {
  const waiting = [resolve(source, 'metrics.ts')];
  const seen = new Set(waiting);
  for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
    for (const target of importsOf(path)) {
      expect(target, relative(source, path)).toMatch(/^\./);
      const next = resolve(dirname(path), target);
      expect(relative(source, next)).toMatch(/^(metrics|picture)\/|^errors\.ts$/);
      if (!seen.has(next)) waiting.push(next);
      seen.add(next);
    }
  }
});

it('opens every family', () => {
  const door = importsOf(resolve(source, 'metrics.ts'));
  const inner = ['floatOrder.ts', 'seededDraws.ts', 'sumOfLargest.ts', 'torchLinspace.ts'];
  for (const name of readdirSync(resolve(source, 'metrics'))) {
    if (!name.endsWith('.ts') || name.endsWith('.test.ts') || inner.includes(name)) continue;
    expect(door).toContain(`./metrics/${name}`);
  }
});

it('gives what docs/library.md shows', () => {
  const truth = metrics.groundTruthOf({
    kind: 'boxes',
    boxes: [{ xmin: 0, ymin: 0, xmax: 320, ymax: 480 }],
    width: 640,
    height: 480,
  });
  const map = { width: 4, height: 2, data: Float32Array.of(9, 8, 1, 0, 7, 6, 2, 1) };
  const cious = metrics.scoreMap(map, truth.data, { rules: ['half_ez', 'align_adaptive'] });
  expect(cious).toEqual({ half_ez: expect.closeTo(0.985, 3), align_adaptive: expect.closeTo(0.983, 3) });
  expect(metrics.scoresByRule([cious, { half_ez: 0.25, align_adaptive: 0.5 }]).half_ez).toEqual({
    success: 0.5,
    auc: expect.closeTo(0.625, 12),
    meanCiou: expect.closeTo(0.617, 3),
  });
});
