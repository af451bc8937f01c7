/** The model's card: what it is, what it was made of, how well it does. Every figure comes from `measure`. */
import type { ModelDescription } from '../../weights/modelFolder.node.ts';
import type { Calibration } from './calibrate.ts';
import { labelRows, labels, seenLabels } from './labels.ts';
import type { Figures } from './measure.ts';

export interface CardContent {
  readonly description: ModelDescription;
  readonly calibration: Calibration;
  readonly figures: Figures;
  /** Bytes of the two networks. */
  readonly sizes: { readonly picture: number; readonly sound: number };
}

const percent = (value: number | null): string => (value === null ? '' : (100 * value).toFixed(1));
const megabytes = (bytes: number): string => (bytes / 1e6).toFixed(1);

export function cardText({ description, calibration, figures, sizes }: CardContent): string {
  const invisible = labels.filter((label) => !seenLabels.includes(label));
  return `# The model \`${description.name}\`, version ${description.version}

A picture network (${megabytes(sizes.picture)} MB) and a sound network (${megabytes(sizes.sound)} MB) that share ${labelRows.length} labels. Weights are stored as float16.

## Made of

${description.origin.map((line) => `- ${line}`).join('\n')}

The encoders are frozen; the heads were trained by \`npm run train:small\` on folds 1 to 4 of the training folder.
docs/training.md describes the recipe. NOTICE carries the licences.

## Labels

Heard and seen: ${description.picture.labels.join('; ')}.

Heard only, because too few pictures show them: ${invisible.join('; ')}.

## Figures

Maps at 224 x 224, percent. AUC: area under the success curve of consensus IoU with as many pixels as the boxes have
(\`align_adaptive\`). Half: success at 0.5 with the top half of the pixels (\`half_ez\`). The centre prior is a fixed bump in
the middle of the picture that neither looks nor hears. Validation pairs are composed of pictures and sounds of fold 0;
thresholds were set on them, nothing was trained on them. Real clips took no part in anything.

${mapTable(figures)}

Ears: ${percent(figures.ears.top1)} % of ${figures.ears.count} validation recordings right (mean over labels ${percent(figures.ears.labelMean)} %).

| answered \`here\` on validation | percent |
|---|---|
${Object.entries(figures.here)
  .map(([name, share]) => `| ${name} | ${percent(share)} |`)
  .join('\n')}

A true pair scores higher than a wrong one in ${percent(calibration.areaUnderRoc)} % of cases.

## Beside floors

By \`npm run evaluate:small\`, on the same validation pairs and on the real clips; docs/evaluation.md says what each row is.

<!-- evaluation:begin -->

<!-- evaluation:end -->

## Label by label

Training pictures and recordings that support each label, and validation figures in percent: AUC of the map with the
model's own ears and of the centre prior, over so many pairs; recordings heard right, of so many. Where there are few,
a figure says little.

${labelTable(figures)}

## What it cannot do

It knows kinds of things, not individuals: of two dogs both light up. Things under 2 % of the picture are mostly missed.
Engines, wind and machines are hard to tell apart by ear. See docs/limits.md.
`;
}

/** The table of maps, for the card and the README. */
export function mapTable(figures: Figures): string {
  const header = `| pairs | count | AUC | centre prior | with the true label | half | centre prior | all things found | centre prior |
|---|---|---|---|---|---|---|---|---|`;
  const rows = figures.maps.map((row) =>
    [
      row.name,
      `${row.count}`,
      percent(row.auc),
      percent(row.centreAuc),
      percent(row.trueLabelAuc),
      percent(row.half),
      percent(row.centreHalf),
      percent(row.interactive),
      percent(row.centreInteractive),
    ].join(' | '),
  );
  return `${header}\n${rows.map((row) => `| ${row} |`).join('\n')}`;
}

function labelTable(figures: Figures): string {
  const header = `| label | pictures | recordings | AUC | centre prior | pairs | heard right | of |
|---|---|---|---|---|---|---|---|`;
  const rows = figures.labels.map((row) =>
    [
      row.label,
      `${row.pictures}`,
      `${row.recordings}`,
      percent(row.auc),
      percent(row.centreAuc),
      `${row.pairs}`,
      percent(row.heard),
      `${row.sounds}`,
    ].join(' | '),
  );
  return `${header}\n${rows.map((row) => `| ${row} |`).join('\n')}`;
}
