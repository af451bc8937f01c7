/** Reliability: how often the source is in the picture where the model gives that so much probability. */
import type { Evaluation } from '../../evaluation.ts';
import { count, isSaid, percent } from '../figures.ts';
import { coordinate } from '../markup.ts';
import { lineSample, plotArea } from './plotArea.ts';

/** Of the fullest bin, and the least of one that can be seen, in pixels. */
const largestRadius = 11;
const smallestRadius = 3;

/** Empty without a pair to tell of. */
export function reliabilityCurve({ reliability: { bins, error } }: Evaluation): string {
  const points = bins.flatMap(({ predicted, observed, count: pairs }) =>
    pairs > 0 && isSaid(predicted) && isSaid(observed) ? [{ predicted, observed, pairs }] : [],
  );
  if (points.length === 0) return '';
  const most = points.reduce((largest, { pairs }) => Math.max(largest, pairs), 1);
  const marks = points.map(({ predicted, observed, pairs }) => {
    const radius = Math.max(smallestRadius, largestRadius * Math.sqrt(pairs / most));
    return `<circle class="point" cx="${coordinate(100 * predicted)}%" cy="${coordinate(100 - 100 * observed)}%" r="${coordinate(radius)}"/>`;
  });
  const plot = plotArea({
    description: `Reliability curve. ${points
      .map(
        ({ predicted, observed, pairs }) =>
          `predicted ${percent(predicted)}, observed ${percent(observed)} of ${count(pairs)}`,
      )
      .join('; ')}.`,
    xTitle: 'probability that the model gives, in percent',
    yTitle: 'percent in which the source is in the picture',
    xTicks: [0, 0.25, 0.5, 0.75, 1],
    xText: (value) => `${100 * value}`,
    lines: [
      {
        style: 'curve floor dashed',
        points: [
          [0, 0],
          [1, 1],
        ],
      },
      { style: 'curve model', points: points.map(({ predicted, observed }) => [predicted, observed] as const) },
    ],
    marks: marks.join('\n'),
  });
  return `<figure class="chart"><figcaption>Reliability of the probability of presence: mean error ${percent(error)} percent</figcaption>
${plot}
<ul class="legend">
<li>${lineSample('curve model')} the model; larger points stand for more pairs</li>
<li>${lineSample('curve floor dashed')} a model that can be believed</li>
</ul></figure>`;
}
