/** The card of a model that was joined from two networks: what it is, whose it is, and what not to expect of it. */
import type { ComposedDescription, RelationCounts } from './composeModel.ts';

export function composedCard(model: ComposedDescription, counts: RelationCounts): string {
  const { picture, sound, answer } = model;
  return `# The model \`${model.name}\`, version ${model.version}

Two networks of others, joined by \`lookhear models compose\`. Nothing was trained.

| half | labels | takes | answers with |
|---|---|---|---|
| picture | ${counts.sights} | ${picture.width} x ${picture.height} pixels | ${activationText(picture.activation)} |
| sound | ${counts.sounds} | patches of ${sound.patchSeconds} s, front end \`${sound.frontEnd}\` | ${activationText(sound.activation)} |

## Made of

${model.origin.map((line) => `- ${line}`).join('\n')}

Licence: ${model.licence}. Each network stays under its own; whoever passes this folder on passes those on too.

## What joins them

The relation R in \`model.json\`: ${counts.soundsWithSight} of ${counts.sounds} sounds have a sight, ${counts.sightsWithSound} of ${counts.sights} sights have a
sound. A sound without a sight is never found in a picture.

## What it cannot do

**Its answer is not calibrated.** \`here\`, \`unsure\` and \`not in the picture\` follow from fixed scores (from
P = ${answer.here} on it is \`here\`, below ${answer.absent} it is not there), not from pairs that somebody measured. The confidence orders answers;
it is no probability. The map can be better than the answer.
`;
}

function activationText(activation: 'softmax' | 'sigmoid' | undefined): string {
  return activation === undefined ? 'probabilities' : `numbers that get a ${activation}`;
}
