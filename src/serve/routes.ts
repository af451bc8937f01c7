/** Every route, once: the answers and /openapi.json come from this table. */
import type { z } from 'zod';
import { preferredType } from './accept.ts';
import { type AnswerForm, mapForms } from './engineAnswer.ts';
import { metricsType } from './metrics.ts';
import { openapi } from './openapi.ts';
import { plainPage } from './plainPage.ts';
import { Refusal } from './refusal.ts';
import { findingSchema, healthSchema, heardSchema, modelsSchema, seenSchema } from './schemas.ts';
import type { Ask, Service } from './service.ts';

export interface Route {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly summary: string;
  /** Wants the token, and no page from elsewhere. */
  readonly isGuarded: boolean;
  /** What is uploaded. */
  readonly parts: readonly PartName[];
  readonly query: readonly QueryParameter[];
  /** The types of its answers, each with the schema where it is JSON. */
  readonly answers: Readonly<Record<string, z.ZodType | null>>;
  readonly handle: (service: Service, ask: Ask) => Promise<Response> | Response;
}

export type PartName = 'picture' | 'sound';

export interface QueryParameter {
  readonly name: string;
  readonly text: string;
  readonly schema: object;
}

const mostTop = 1000;
const defaultTop = 5;

const top: QueryParameter = {
  name: 'top',
  text: 'How many labels to name.',
  schema: { type: 'integer', minimum: 1, maximum: mostTop, default: defaultTop },
};

const forms: readonly AnswerForm[] = ['json', ...mapForms];

const shape: QueryParameter = {
  name: 'as',
  text: 'In place of Accept, for forms and addresses: json, npy, png (the map in grey) or overlay (the heat over the picture).',
  schema: { type: 'string', enum: forms },
};

/** What each type in Accept stands for. */
const formOfType = {
  'application/json': 'json',
  'application/x-npy': 'npy',
  'image/png': 'png',
} as const satisfies Record<string, AnswerForm>;

const plain = { isGuarded: false, parts: [], query: [] } as const;

export const routes: readonly Route[] = [
  {
    method: 'POST',
    path: '/v1/localize',
    summary: 'Where in the picture the sound comes from, or that it comes from nothing in it.',
    isGuarded: true,
    parts: ['picture', 'sound'],
    query: [shape],
    answers: { 'application/json': findingSchema, 'application/x-npy': null, 'image/png': null },
    handle: (_, ask) => {
      const form = formOf(ask);
      return ask.engine(['picture', 'sound'], (body, { picture, sound }) => ({
        verb: 'localize',
        form,
        body,
        picture,
        sound,
      }));
    },
  },
  {
    method: 'POST',
    path: '/v1/hear',
    summary: 'What is heard in a sound: half of the answer.',
    isGuarded: true,
    parts: ['sound'],
    query: [top],
    answers: { 'application/json': heardSchema },
    handle: (_, ask) => {
      const count = topOf(ask);
      return ask.engine(['sound'], (body, { sound }) => ({ verb: 'hear', top: count, body, sound }));
    },
  },
  {
    method: 'POST',
    path: '/v1/see',
    summary: 'What is seen in a picture: the other half.',
    isGuarded: true,
    parts: ['picture'],
    query: [top],
    answers: { 'application/json': seenSchema },
    handle: (_, ask) => {
      const count = topOf(ask);
      return ask.engine(['picture'], (body, { picture }) => ({ verb: 'see', top: count, body, picture }));
    },
  },
  {
    ...plain,
    method: 'GET',
    path: '/v1/models',
    summary: 'The model that answers.',
    isGuarded: true,
    answers: { 'application/json': modelsSchema },
    handle: ({ workers }) => {
      const { model } = workers.ready;
      return json(modelsSchema, {
        schema: 'lookhear/models@1',
        models: [{ ...model, labels: [...model.labels], path: null, problem: null }],
        hub: [],
      });
    },
  },
  {
    ...plain,
    method: 'GET',
    path: '/openapi.json',
    summary: 'This description.',
    answers: { 'application/json': null },
    handle: ({ version, token }) => Response.json(openapi(routes, version, token !== undefined)),
  },
  {
    ...plain,
    method: 'GET',
    path: '/healthz',
    summary: 'Whether requests are taken; 503 where not.',
    answers: { 'application/json': healthSchema },
    handle: ({ workers, isStopping }) => {
      const { replaced: _, ...load } = workers.load();
      const status = isStopping() ? 'stopping' : load.workers === 0 ? 'no workers' : 'ok';
      return json(healthSchema, { schema: 'lookhear/health@1', status, ...load }, status === 'ok' ? 200 : 503);
    },
  },
  {
    ...plain,
    method: 'GET',
    path: '/metrics',
    summary: 'Numbers for Prometheus.',
    isGuarded: true,
    answers: { 'text/plain': null },
    handle: ({ metrics, workers }) =>
      new Response(metrics.text(workers.load()), { headers: { 'Content-Type': metricsType } }),
  },
  {
    ...plain,
    method: 'GET',
    path: '/',
    summary: 'The page.',
    answers: { 'text/html': null },
    handle: ({ webFiles, workers, token }, { headers }) =>
      webFiles?.answer('/', headers.get('if-none-match')) ??
      new Response(plainPage(workers.ready.model, token !== undefined), {
        headers: { 'Content-Type': 'text/html; charset=utf-8' },
      }),
  },
];

function formOf({ headers, query }: Ask): AnswerForm {
  const wanted = query.get('as');
  if (wanted === null) {
    return formOfType[preferredType(headers.get('accept'), Object.keys(formOfType) as (keyof typeof formOfType)[])];
  }
  const form = forms.find((form) => form === wanted);
  if (form !== undefined) return form;
  throw new Refusal(400, 'USAGE', `Expected one of ${forms.join(', ')} for "as".`);
}

function topOf({ headers, query }: Ask): number {
  preferredType(headers.get('accept'), ['application/json']);
  const text = query.get('top') ?? String(defaultTop);
  const value = Number(text);
  if (/^\d{1,4}$/.test(text) && value >= 1 && value <= mostTop) return value;
  throw new Refusal(400, 'USAGE', `Expected a whole number from 1 to ${mostTop} for "top".`);
}

function json<Schema extends z.ZodType>(schema: Schema, value: z.infer<Schema>, status = 200): Response {
  return Response.json(schema.parse(value), { status });
}
