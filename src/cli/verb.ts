/** What a verb is, and what it is called with. */
import type { OptionName, OptionValues } from './options.ts';

/** What a verb is called with. */
export interface Invocation {
  /** The arguments that are not options, in order. */
  readonly inputs: readonly string[];
  readonly options: OptionValues;
  /** Aborted by Ctrl-C. */
  readonly signal: AbortSignal;
}

/** @returns the exit code: 0 done, 3 done with gaps, 5 something needed is absent. */
export type Run = (invocation: Invocation) => Promise<0 | 3 | 5>;

export interface Verb {
  readonly name: string;
  /** As commander reads it: `[x]` may be left out. */
  readonly inputs: readonly { readonly name: string; readonly text: string; readonly choices?: readonly string[] }[];
  readonly summary: string;
  /** Runs until it is stopped: SIGTERM, from whoever keeps it running, ends it as gently as Ctrl-C. */
  readonly isService?: true;
  /** Lead the verb's own help. */
  readonly examples: readonly string[];
  readonly options: readonly OptionName[];
  readonly load: () => Promise<{ readonly run: Run }>;
}
