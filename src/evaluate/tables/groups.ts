/** How the model does by class, by size of the source and by number of sources, with the centre beside it. */
import { areaUnderCurve, success } from '../../metrics/consensusIou.ts';
import { sizeClasses, sizeClassOf } from '../../metrics/slavcExtended.ts';
import type { Evaluation, GroupScores } from '../evaluation.ts';
import type { ScoredItem } from '../itemRecord.ts';

/** @param items With a source in the picture. */
export function groupScores(items: readonly ScoredItem[]): Pick<Evaluation, 'classes' | 'sizes' | 'sources'> {
  const labels = [...new Set(items.flatMap(({ label }) => label ?? []))].toSorted();
  return {
    classes: labels
      .map((label) =>
        scoresOf(
          label,
          items.filter((item) => item.label === label),
        ),
      )
      .sort((a, b) => b.count - a.count || (a.name < b.name ? -1 : 1)),
    sizes: sizeClasses
      .map((size) =>
        scoresOf(
          size,
          items.filter(({ area }) => sizeClassOf(area) === size),
        ),
      )
      .filter(({ count }) => count > 0),
    sources: [
      scoresOf(
        'one source',
        items.filter(({ sources }) => sources === 1),
      ),
      scoresOf(
        'several sources',
        items.filter(({ sources }) => sources > 1),
      ),
    ].filter(({ count }) => count > 0),
  };
}

function scoresOf(name: string, items: readonly ScoredItem[]): GroupScores {
  const own = items.map(({ maps }) => maps.own?.ciou.align_adaptive ?? Number.NaN);
  const centre = items.map(({ floors }) => floors['centre Gaussian'].align_adaptive ?? Number.NaN);
  return {
    name,
    count: items.length,
    auc: areaUnderCurve(own),
    success: success(own),
    centreAuc: areaUnderCurve(centre),
    centreSuccess: success(centre),
  };
}
