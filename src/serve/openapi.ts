/** The description of the service, OpenAPI 3.1, from the table of routes and the schemas that check the answers. */
import { z } from 'zod';
import type { Route } from './routes.ts';
import { errorSchema } from './schemas.ts';

/** What is told of each status; which ones a route may give follows from what it takes. */
const refusals: Readonly<Record<string, string>> = {
  400: 'The upload or the query is not as expected.',
  401: 'The token is missing or wrong.',
  403: 'Asked by a page from elsewhere, or under a name that is not of this machine.',
  406: 'None of the types in Accept.',
  408: 'The upload came too slowly.',
  413: 'Too large: the upload, the picture or the sound.',
  415: 'A format that is not taken.',
  422: 'A picture or sound that is damaged or cut off.',
  429: 'Busy; Retry-After says for about how long.',
  500: 'A failure of the service.',
  503: 'Stopping, or the work took too long.',
};

const ofUploads = ['400', '406', '408', '413', '415', '422', '429', '500', '503'];

/** @param needsToken Whether this service has a token. */
export function openapi(routes: readonly Route[], version: string, needsToken: boolean): object {
  const paths: Record<string, Record<string, object>> = {};
  for (const route of routes) {
    paths[route.path] ??= {};
    paths[route.path][route.method.toLowerCase()] = operation(route, needsToken);
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'lookhear',
      version,
      description: 'Give it a picture and a sound; it shows which pixels make the sound, or says that none do.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    paths,
    components: {
      schemas: { Error: jsonSchema(errorSchema) },
      ...(needsToken && { securitySchemes: { token: { type: 'http', scheme: 'bearer' } } }),
    },
  };
}

function operation({ summary, isGuarded, parts, query, answers }: Route, needsToken: boolean): object {
  const statuses = [...(isGuarded && needsToken ? ['401'] : []), '403', ...(parts.length > 0 ? ofUploads : [])].sort();
  const content = Object.fromEntries(
    Object.entries(answers).map(([type, schema]) => [type, { schema: schema === null ? {} : jsonSchema(schema) }]),
  );
  const error = { 'application/json': { schema: { $ref: '#/components/schemas/Error' } } };
  return {
    summary,
    ...(isGuarded && needsToken && { security: [{ token: [] }] }),
    ...(query.length > 0 && {
      parameters: query.map(({ name, text, schema }) => ({ name, in: 'query', description: text, schema })),
    }),
    ...(parts.length > 0 && { requestBody: upload(parts) }),
    responses: {
      200: { description: 'The answer.', content },
      ...Object.fromEntries(statuses.map((status) => [status, { description: refusals[status], content: error }])),
    },
  };
}

function upload(parts: Route['parts']): object {
  const file = { type: 'string', format: 'binary' };
  const schema = {
    type: 'object',
    properties: Object.fromEntries(parts.map((name) => [name, file])),
    required: parts,
    additionalProperties: false,
  };
  return { required: true, content: { 'multipart/form-data': { schema } } };
}

/** Of what comes in: there, unknown fields are allowed, so that fields may be added. */
function jsonSchema(schema: z.ZodType): object {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { io: 'input' });
  return rest;
}
