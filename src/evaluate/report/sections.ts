/** All that a report says, in its order. */
import type { Evaluation } from '../evaluation.ts';
import { counted, shortSum } from './figures.ts';
import { answersSection, fieldSection, negativesSection } from './sections/answers.ts';
import { classesSection, confusionSection, gallerySection, groupsSection } from './sections/groups.ts';
import { leaksSection, originSection } from './sections/origin.ts';
import { differencesSection, shortSection, systemsSection } from './sections/scores.ts';
import type { Section } from './table.ts';

export function sectionsOf(evaluation: Evaluation): Section[] {
  return [
    shortSection(evaluation),
    systemsSection(evaluation),
    differencesSection(evaluation),
    answersSection(evaluation),
    negativesSection(evaluation),
    fieldSection(evaluation),
    groupsSection(evaluation),
    classesSection(evaluation),
    confusionSection(evaluation),
    gallerySection(evaluation),
    leaksSection(evaluation),
    originSection(evaluation),
  ];
}

export function titleOf({ model, protocol }: Evaluation): string {
  return `${model.name} on ${protocol.title}`;
}

/** One line that tells this evaluation from any other. */
export function protocolLine({ protocol, model, counts }: Evaluation): string {
  return `Protocol ${protocol.name}, benchmark ${protocol.benchmark}, ${counted(counts.scored, 'pair')} scored of ${counts.items}, model ${model.name} ${model.version} (${shortSum(model.sha256)}), data ${shortSum(protocol.dataSha256)}, seed ${protocol.seed}.`;
}
