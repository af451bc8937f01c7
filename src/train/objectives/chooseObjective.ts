/** The three ways to learn that the report's survey names, as the training commands call them. */
import { add } from '../../graph/elementwise.ts';
import { distanceRatio } from './distanceRatio.ts';
import { multipleInstance } from './multipleInstance.ts';
import type { Objective } from './objective.ts';
import { semiSupervised } from './semiSupervised.ts';
import { type PixelLoss, supervised } from './supervised.ts';

export const objectiveNames = ['supervised', 'unsupervised', 'semi-supervised'] as const;

export type ObjectiveName = (typeof objectiveNames)[number];

/** Ways to learn from pairs alone. */
export const correspondences = {
  'distance-ratio': distanceRatio,
  'multiple-instance': multipleInstance,
  both: (inputs) => add(distanceRatio(inputs), multipleInstance(inputs)),
} as const satisfies Record<string, Objective>;

export interface ObjectiveOptions {
  /** Of the supervised part; default `cross-entropy`. */
  readonly pixelLoss?: PixelLoss;
  /** Of the unsupervised part; default `both`. */
  readonly correspondence?: keyof typeof correspondences;
  /**
   * Of the unsupervised part where there is a supervised one; default 1, the plain sum. Cross entropy is about 0.3 and
   * InfoNCE about 5, so that the plain sum of these two is mostly InfoNCE.
   */
  readonly unsupervisedWeight?: number;
}

export function chooseObjective(
  name: ObjectiveName,
  { pixelLoss = 'cross-entropy', correspondence = 'both', unsupervisedWeight = 1 }: ObjectiveOptions = {},
): Objective {
  const unsupervised = correspondences[correspondence];
  if (name === 'unsupervised') return unsupervised;
  const placed = supervised(pixelLoss);
  return name === 'supervised' ? placed : semiSupervised(placed, unsupervised, unsupervisedWeight);
}
