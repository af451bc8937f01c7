/**
 * What the service answers, as zod schemas: every answer is checked with them before it leaves, and /openapi.json is
 * made from them. Fields are only ever added.
 */
import { z } from 'zod';
import type { findingJson } from '../localize/findingJson.ts';
import type { heardJson } from '../localize/heardJson.ts';
import type { seenJson } from '../localize/seenJson.ts';
import type { errorJson } from './refusal.ts';

const share = z.number().min(0).max(1);
const milliseconds = z.number().min(0).describe('milliseconds');
const pixels = z.int().min(0).describe('pixels');
const seconds = z.number().min(0).describe('seconds');

const scored = z.object({ label: z.string(), score: share });
const size = z.object({ width: pixels, height: pixels });
const sound = z.object({
  seconds,
  patches: z.array(z.object({ start: seconds, end: seconds, heard: z.array(scored) })),
});
const model = z.object({ name: z.string(), version: z.string(), sha256: z.string() });

export const findingSchema = z
  .object({
    schema: z.literal('lookhear/finding@1'),
    answer: z.enum(['here', 'not in the picture', 'silent', 'unsure']),
    confidence: share.describe('calibrated probability that the answer is right'),
    classes: z.array(z.object({ label: z.string(), heard: share, seen: share, here: share })),
    regions: z.array(
      z.object({
        label: z.string(),
        score: share,
        xmin: pixels,
        ymin: pixels,
        xmax: pixels,
        ymax: pixels,
        area: pixels,
      }),
    ),
    heat: z.string().nullable().describe('always null here: ask for application/x-npy or image/png'),
    reason: z.string().nullable(),
    picture: size,
    sound,
    model,
    timing: z.object({ loadMs: milliseconds, soundMs: milliseconds, pictureMs: milliseconds, totalMs: milliseconds }),
  })
  .describe('Whether what is heard is in the picture, and where.');

export const heardSchema = z
  .object({
    schema: z.literal('lookhear/heard@1'),
    heard: z.array(scored),
    sound,
    model,
    timing: z.object({ soundMs: milliseconds }),
  })
  .describe('What is heard, in all of the sound together and patch by patch.');

export const seenSchema = z
  .object({
    schema: z.literal('lookhear/seen@1'),
    seen: z.array(scored),
    picture: size,
    model,
    timing: z.object({ pictureMs: milliseconds }),
  })
  .describe('What is seen, whatever is heard.');

export const modelsSchema = z
  .object({
    schema: z.literal('lookhear/models@1'),
    models: z.array(
      z.object({
        name: z.string(),
        version: z.string(),
        licence: z.string(),
        labels: z.array(z.string()).describe('what can be heard'),
        sha256: z.string(),
        path: z.null().describe('a matter of the machine'),
        problem: z.null(),
      }),
    ),
    hub: z.array(z.never()),
  })
  .describe('The model that answers.');

export const errorSchema = z
  .object({
    schema: z.literal('lookhear/error@1'),
    code: z.string(),
    message: z.string(),
    hint: z.string().nullable(),
  })
  .describe('Why there is no answer, and what to do.');

export const healthSchema = z
  .object({
    schema: z.literal('lookhear/health@1'),
    status: z.enum(['ok', 'stopping', 'no workers']),
    workers: z.int(),
    busy: z.int(),
    waiting: z.int(),
  })
  .describe('Whether requests are taken.');

// What the command line writes and what is promised here cannot drift apart: these lines would not compile.
type Promised<Schema extends z.ZodType, Written> = keyof z.infer<Schema> extends keyof Written
  ? keyof Written extends keyof z.infer<Schema>
    ? true
    : never
  : never;
true satisfies Promised<typeof findingSchema, ReturnType<typeof findingJson>>;
true satisfies Promised<typeof heardSchema, ReturnType<typeof heardJson>>;
true satisfies Promised<typeof seenSchema, ReturnType<typeof seenJson>>;
true satisfies Promised<typeof errorSchema, ReturnType<typeof errorJson>>;
