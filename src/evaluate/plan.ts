/**
 * What an evaluation is of: the same plan gives the same figures, so a run goes on, and shards join, only under one.
 * It lies as plan.json in the folder of the run.
 */
import { createHash } from 'node:crypto';
import { basename } from 'node:path';
import { z } from 'zod';
import type { Benchmark } from '../benchmarks/benchmark.ts';

export const planSchema = z.object({
  schema: z.literal('lookhear/evaluation-plan@1'),
  /** Makes these figures again, on one machine. */
  command: z.string(),
  benchmark: z.string(),
  title: z.string(),
  annotations: z.record(z.string(), z.string()),
  notes: z.array(z.string()),
  items: z.number().int().positive(),
  dataSha256: z.string(),
  seed: z.number().int(),
  threshold: z.number().nullable(),
  thresholdFrom: z.string().nullable(),
  /** Of the list of what the model was trained on, a copy of which lies beside the plan; null where it brings none. */
  trainingSha256: z.string().nullable(),
  model: z.object({ name: z.string(), version: z.string(), sha256: z.string() }),
});

export type Plan = z.infer<typeof planSchema>;

/** @param isThere Which items' files are there: their absence changes what is measured. */
export function dataChecksum({ items }: Benchmark, isThere: readonly boolean[]): string {
  const hash = createHash('sha256');
  for (const [index, { picture, sound, truth, ...rest }] of items.entries()) {
    const where = truth.kind === 'mask file' ? { kind: truth.kind, name: basename(truth.path) } : truth;
    const files = [basename(picture), basename(sound)];
    hash.update(`${JSON.stringify({ ...rest, files, truth: where, isThere: isThere[index] })}\n`);
  }
  return hash.digest('hex');
}
