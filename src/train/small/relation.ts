/**
 * Which sights can make which sounds: 1 for the label itself, less for labels that the networks take for one another.
 * A trombone that is heard as a trumpet is still found where a trombone is seen; what is right beats what is akin.
 */
import { labels, seenLabels } from './labels.ts';

/** Labels that are easily taken for each other, by ear or by eye, and how much one stands for another. */
const kin: readonly { readonly labels: readonly string[]; readonly share: number }[] = [
  { labels: ['violin', 'cello or double bass'], share: 0.9 },
  { labels: ['trumpet', 'trombone', 'tuba or horn'], share: 0.5 },
  { labels: ['clarinet', 'saxophone', 'flute'], share: 0.3 },
  { labels: ['acoustic guitar', 'electric guitar', 'banjo, mandolin or ukulele'], share: 0.4 },
  { labels: ['organ', 'piano'], share: 0.3 },
  { labels: ['car', 'bus or truck', 'emergency vehicle'], share: 0.4 },
  { labels: ['car', 'motorcycle'], share: 0.2 },
  { labels: ['airplane', 'helicopter'], share: 0.4 },
  { labels: ['bird', 'chicken'], share: 0.4 },
  { labels: ['cow', 'sheep or goat'], share: 0.2 },
  { labels: ['sea', 'waterfall'], share: 0.5 },
  { labels: ['boat', 'car'], share: 0.1 },
];

/** Sound labels x labels of the picture network, 0..1. */
export function relationRows(): number[][] {
  return labels.map((heard) =>
    seenLabels.map((seen) => {
      if (heard === seen) return 1;
      return Math.max(
        0,
        ...kin.filter((row) => row.labels.includes(heard) && row.labels.includes(seen)).map((row) => row.share),
      );
    }),
  );
}
