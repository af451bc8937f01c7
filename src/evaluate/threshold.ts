/**
 * The universal threshold: one number for all pictures, set on negatives of validation data, never on what is tested.
 * An evaluation of the validation data has it in its report.
 */
import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { LookhearError } from '../errors.ts';

export interface Threshold {
  readonly value: number;
  /** Where it was set, in words. */
  readonly from: string;
  /** Of the data that it was set on, as in a plan; unset for a number. */
  readonly dataSha256?: string;
}

const report = z.object({
  schema: z.literal('lookhear/evaluation@1'),
  protocol: z.object({ benchmark: z.string(), title: z.string(), dataSha256: z.string() }),
  thresholds: z.object({ maxq3: z.number().nullable() }),
});

/**
 * @param text A number, or the report.json of an evaluation, whose third quartile of maxima on negatives is taken.
 * @throws LookhearError USAGE, INPUT_MISSING, INPUT_UNSUPPORTED
 */
export async function readThreshold(text: string): Promise<Threshold> {
  if (text.trim() !== '' && Number.isFinite(Number(text))) return { value: Number(text), from: 'given as a number' };
  const content = await readFile(text, 'utf8').catch((cause: unknown) => {
    throw new LookhearError('INPUT_MISSING', `Expected a number or a report.json for --threshold, got "${text}".`, {
      hint: 'The report.json of an evaluation on validation data has a threshold.',
      cause,
    });
  });
  const { protocol, thresholds } = parseReport(content, text);
  if (thresholds.maxq3 === null) {
    throw new LookhearError('INPUT_UNSUPPORTED', `Cannot take a threshold from ${text}: it has no negatives.`);
  }
  return {
    value: thresholds.maxq3,
    from: `third quartile of the maxima on negatives of ${protocol.title}`,
    dataSha256: protocol.dataSha256,
  };
}

function parseReport(content: string, path: string): z.infer<typeof report> {
  try {
    return report.parse(JSON.parse(content));
  } catch (cause) {
    throw new LookhearError('INPUT_UNSUPPORTED', `Cannot take a threshold from ${path}: it is not a report.json.`, {
      hint: 'Give the report.json of an evaluation on validation data.',
      cause,
    });
  }
}
