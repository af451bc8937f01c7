/**
 * The routes as a hono app. Around each: who may ask, what every answer carries, one line in the log, one count in the
 * metrics, and the memory that it holds until its answer is sent.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { type Context, Hono } from 'hono';
import { askEngine, takeUpload } from './askEngine.ts';
import type { EngineAnswer } from './engineAnswer.ts';
import { checkHost, checkOrigin, checkToken } from './guard.ts';
import { createHeldBytes, type HeldBytes } from './heldBytes.ts';
import { errorJson, Refusal, refusalOf } from './refusal.ts';
import { type Route, routes } from './routes.ts';
import { safeHeaders } from './safeHeaders.ts';
import type { Ask, Service } from './service.ts';

interface Environment {
  /** Absent where there is no connection, as in tests. */
  readonly Bindings: { readonly incoming?: IncomingMessage; readonly outgoing?: ServerResponse };
  readonly Variables: { held: HeldBytes; route: string };
}

type AppContext = Context<Environment>;

export function createApp(service: Service): Hono<Environment> {
  const app = new Hono<Environment>();
  const openHeldBytes = createHeldBytes(service.limits.heldBytes);

  app.use(async (context, next) => {
    const start = performance.now();
    const held = openHeldBytes();
    const outgoing = context.env?.outgoing;
    context.set('held', held);
    outgoing?.once('close', held.release);
    await next();
    if (outgoing) limitSending(outgoing, context.res, service);
    else held.release();
    for (const [name, value] of Object.entries(safeHeaders)) context.header(name, value);
    if (!context.res.headers.has('cache-control')) context.header('Cache-Control', 'no-store');
    const milliseconds = performance.now() - start;
    const { status } = context.res;
    service.metrics.count(context.get('route') ?? 'other', status, milliseconds / 1000);
    service.log(`${context.req.method} ${pathForLog(context)} ${status} ${milliseconds.toFixed(0)} ms`);
  });

  app.use(async (context, next) => {
    if (service.token === undefined) checkHost(context.req.raw.headers);
    await next();
  });

  for (const route of routes) app.on(route.method, route.path, (context) => handle(route, context, service));

  for (const path of new Set(routes.map((route) => route.path))) {
    const allowed = routes.filter((route) => route.path === path).map(({ method }) => method);
    app.all(path, (context) => {
      context.set('route', path);
      const methods = allowed.flatMap((method) => (method === 'GET' ? ['GET', 'HEAD'] : [method])).join(', ');
      throw new Refusal(405, 'USAGE', `Expected ${methods}.`, { headers: { Allow: methods } });
    });
  }

  app.notFound((context) => {
    const { method, path, raw } = context.req;
    const file = method === 'GET' || method === 'HEAD' ? service.webFiles : null;
    const answer = file?.answer(path, raw.headers.get('if-none-match'));
    if (answer !== undefined) context.set('route', 'page');
    return answer ?? refused(new Refusal(404, 'NOT_FOUND', 'There is nothing here.', { hint: 'See /openapi.json.' }));
  });

  app.onError((error) => {
    const refusal = refusalOf(error);
    const { cause } = refusal;
    if (refusal.status === 500) service.log(`failure  ${(cause instanceof Error && cause.stack) || cause}`);
    return refused(refusal);
  });
  return app;
}

async function handle(route: Route, context: AppContext, service: Service): Promise<Response> {
  context.set('route', route.path);
  const { raw } = context.req;
  if (route.isGuarded) {
    checkOrigin(raw.headers);
    if (service.token !== undefined) checkToken(raw.headers, service.token);
  }
  const ask: Ask = {
    headers: raw.headers,
    query: new URL(raw.url).searchParams,
    async engine(names, request) {
      const held = context.get('held');
      const { body, parts } = await takeUpload(raw, context.env?.incoming, names, service, held);
      return answered(await askEngine(service, request(body, parts), raw.signal, held));
    },
  };
  return route.handle(service, ask);
}

function answered({ status, type, body, finding }: EngineAnswer): Response {
  const headers = new Headers({ 'Content-Type': type, 'Content-Length': String(body.length), Vary: 'Accept' });
  if (finding !== null) {
    headers.set('Lookhear-Answer', finding.answer);
    headers.set('Lookhear-Confidence', finding.confidence.toFixed(6));
  }
  // A stream of the one piece: a Response of bytes would copy them.
  const stream = new ReadableStream<Uint8Array>({
    start(controller) {
      controller.enqueue(body);
      controller.close();
    },
  });
  return new Response(stream, { status, headers });
}

function refused(refusal: Refusal): Response {
  return new Response(`${JSON.stringify(errorJson(refusal))}\n`, {
    status: refusal.status,
    headers: { 'Content-Type': 'application/json', ...refusal.headers },
  });
}

/** A client that does not read must not keep an answer in memory for ever. */
function limitSending(outgoing: ServerResponse, response: Response, { limits }: Service): void {
  const bytes = Number(response.headers.get('content-length') ?? 0);
  const milliseconds = limits.bodyMs + (1000 * bytes) / limits.leastBytesPerSecond;
  const timer = setTimeout(() => outgoing.destroy(), milliseconds);
  outgoing.once('close', () => clearTimeout(timer));
  if (outgoing.closed) clearTimeout(timer);
}

/** Percent-encoded as it came, so that no request can write a line of its own; without the query, and not for ever. */
function pathForLog(context: AppContext): string {
  return new URL(context.req.raw.url).pathname.slice(0, 100);
}
