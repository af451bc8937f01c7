/** Success curves: the share of pairs that reach each consensus IoU, the model's above those of its floors. */
import type { Evaluation, SystemScores } from '../../evaluation.ts';
import { isSaid, percent } from '../figures.ts';
import { escapeMarkup } from '../markup.ts';
import { lineSample, plotArea } from './plotArea.ts';

/** Colour says the kind, dashes say which: it can be read in grey. From the bottom to the top. */
const drawn = [
  { name: 'best possible under the half rule', style: 'curve ceiling' },
  { name: 'whole picture', style: 'curve floor dotted' },
  { name: 'centred square 51 %', style: 'curve floor dashed' },
  { name: 'centre Gaussian', style: 'curve floor' },
  { name: 'picture only', style: 'curve control dotted' },
  { name: 'wrong sound', style: 'curve control dashed' },
  { name: 'own sound', style: 'curve model' },
] as const;

/** Empty where the model has no curve under that rule. */
export function successCurves({ systems }: Evaluation, rule: string): string {
  const shown = drawn.flatMap(({ name, style }) => {
    const system = systems.find((candidate) => candidate.name === name);
    const scores = system?.rules[rule];
    return system && scores && scores.curve.length > 1 && scores.curve.every(isSaid)
      ? [{ name, style, kind: system.kind, scores }]
      : [];
  });
  if (!shown.some(({ kind }) => kind === 'model')) return '';
  const legend = shown
    .toReversed()
    .map(
      ({ name, style, scores }) => `<li>${lineSample(style)} ${escapeMarkup(name)} <span>${area(scores)}</span></li>`,
    );
  const plot = plotArea({
    description: `Success curves under ${rule}. ${shown
      .toReversed()
      .map(({ name, scores }) => `${name}: ${area(scores)}`)
      .join(', ')}.`,
    xTitle: 'cIoU to reach; success is read at 0.5',
    yTitle: 'percent of pairs that reach it',
    xTicks: [0, 0.25, 0.5, 0.75, 1],
    xText: (value) => `${value}`,
    lines: shown.map(({ style, scores: { curve } }) => ({
      style,
      points: curve.map((share, index) => [index / (curve.length - 1), share] as const),
    })),
  });
  return `<figure class="chart"><figcaption>Success under ${escapeMarkup(rule)}</figcaption>
${plot}
<ul class="legend">
${legend.join('\n')}
</ul></figure>`;
}

function area({ auc }: SystemScores['rules'][string]): string {
  return `AUC ${percent(auc.value)}`;
}
