/**
 * The 521 sounds of YAMNet: those of AudioSet in AudioSet's order, without six that its authors merged or left out
 * (tensorflow/models, audioset/yamnet, Apache-2.0).
 */
import { type AudiosetSound, audiosetSounds } from './audioset.ts';

const leftOut: readonly string[] = [
  'Male speech, man speaking',
  'Female speech, woman speaking',
  'Battle cry',
  'Male singing',
  'Female singing',
  'Funny music',
];

export const yamnetSounds: readonly AudiosetSound[] = audiosetSounds.filter(({ name }) => !leftOut.includes(name));

/** The names alone, in the order of YAMNet's outputs. */
export const yamnetLabels: readonly string[] = yamnetSounds.map(({ name }) => name);
