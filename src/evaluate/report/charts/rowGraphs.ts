/** Little graphs inside the rows of tables, from 0 to 100 percent. */
import type { Evaluation } from '../../evaluation.ts';
import { isSaid } from '../figures.ts';
import type { GraphColumn } from '../htmlTable.ts';
import { coordinate } from '../markup.ts';
import { shortFigures } from '../sections/scores.ts';

const track = '<rect class="track" width="100%" height="100%"/>';

const svg = (content: string): string => `<svg class="row" aria-hidden="true">${track}${content}</svg>`;

const place = (share: number): string => `${coordinate(100 * share)}%`;

/** The model's AUC as a bar, that of the centre prior as a tick. */
export function classGraph(classes: Evaluation['classes']): GraphColumn {
  return {
    heading: 'AUC; tick: centre',
    draw(row) {
      const { auc, centreAuc } = classes[row];
      const bar = isSaid(auc) ? `<rect class="bar" y="20%" width="${place(auc)}" height="60%"/>` : '';
      return svg(`${bar}${isSaid(centreAuc) ? tick(centreAuc) : ''}`);
    },
  };
}

/** The model as a dot with its interval; wrong sound as a diamond, picture only as a ring, the centre as a tick. */
export function shortGraph(evaluation: Evaluation): GraphColumn {
  const figures = shortFigures(evaluation);
  const shapes = [diamond, ring, tick];
  return {
    heading: '● own  ◆ wrong  ○ picture only  | centre',
    draw(row) {
      const { own, rivals } = figures[row];
      const range =
        isSaid(own.low) && isSaid(own.high)
          ? `<rect class="interval" x="${place(own.low)}" y="25%" width="${place(own.high - own.low)}" height="50%"/>`
          : '';
      const others = rivals.map((value, index) => (isSaid(value) ? shapes[index](value) : ''));
      const dot = isSaid(own.value) ? `<circle class="dot" cx="${place(own.value)}" cy="50%" r="5"/>` : '';
      return svg(`${range}${others.join('')}${dot}`);
    },
  };
}

function tick(share: number): string {
  return `<line class="tick" x1="${place(share)}" x2="${place(share)}" y1="0" y2="100%"/>`;
}

function ring(share: number): string {
  return `<circle class="ring" cx="${place(share)}" cy="50%" r="4.5"/>`;
}

/** Of its own coordinates: a path cannot be placed in percent. */
function diamond(share: number): string {
  return `<svg class="stretched" x="${place(share)}" y="50%" width="1" height="1"><path class="diamond" d="M0-5.5 5.5 0 0 5.5-5.5 0Z"/></svg>`;
}
