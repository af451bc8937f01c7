/** From an upload to the answer of the engine. */
import type { Readable } from 'node:stream';
import { RequestFailure, type RequestFailureReason } from '../parallel/requestPool.ts';
import type { EngineAnswer, EngineRequest } from './engineAnswer.ts';
import type { HeldBytes } from './heldBytes.ts';
import { boundaryOf, type Part, parseMultipart } from './multipart.ts';
import { readBody } from './readBody.ts';
import { Refusal } from './refusal.ts';
import type { PartName } from './routes.ts';
import type { Service } from './service.ts';

export interface Upload {
  readonly body: Uint8Array<ArrayBuffer>;
  readonly parts: Readonly<Record<PartName, Part>>;
}

/** Fails with a Refusal where the upload is not one of exactly the named parts. */
export async function takeUpload(
  request: Request,
  incoming: Readable | undefined,
  names: readonly PartName[],
  { limits, workers, isStopping }: Pick<Service, 'limits' | 'workers' | 'isStopping'>,
  held: HeldBytes,
): Promise<Upload> {
  const encoding = request.headers.get('content-encoding');
  if (encoding !== null && encoding.toLowerCase() !== 'identity') {
    throw new Refusal(415, 'INPUT_UNSUPPORTED', 'Expected an upload without Content-Encoding.');
  }
  const boundary = boundaryOf(request.headers.get('content-type'));
  if (isStopping()) throw stopping();
  // Said before the upload is read, where it is known by then.
  if (workers.load().waiting >= limits.waiting) throw busy(workers);
  const body = await readBody(request, incoming, limits, held);
  return { body, parts: checkNames(parseMultipart(body, boundary, limits), names) };
}

function checkNames(parts: ReadonlyMap<string, Part>, names: readonly PartName[]): Readonly<Record<PartName, Part>> {
  const expected = `Expected ${names.map((name) => `a part "${name}"`).join(' and ')}`;
  if (parts.has('video')) {
    throw new Refusal(415, 'INPUT_UNSUPPORTED', 'Videos are not taken here yet.', { hint: `${expected}.` });
  }
  for (const name of names) {
    if (!parts.has(name)) throw new Refusal(400, 'USAGE', `${expected}; "${name}" is missing.`);
  }
  for (const name of parts.keys()) {
    if (!names.some((known) => known === name)) throw new Refusal(400, 'USAGE', `${expected}, got "${name}" too.`);
  }
  return Object.fromEntries(parts) as Record<PartName, Part>;
}

/** Fails with a Refusal where there is no answer; what the engine refuses is an answer. */
export async function askEngine(
  { workers, limits, log }: Pick<Service, 'workers' | 'limits' | 'log'>,
  request: EngineRequest,
  signal: AbortSignal,
  held: HeldBytes,
): Promise<EngineAnswer> {
  try {
    const answer = await workers.ask(request, { signal, transfer: [request.body.buffer] });
    if (answer.failure !== null) log(`failure  ${answer.failure}`);
    held.take(answer.body.length);
    return answer;
  } catch (error) {
    if (!(error instanceof RequestFailure)) throw error;
    const refusals: Readonly<Record<RequestFailureReason, () => Refusal>> = {
      full: () => busy(workers),
      died: () => new Refusal(500, 'FAILED', 'The worker that had this request died.', { cause: error.cause }),
      late: () =>
        new Refusal(503, 'TOO_SLOW', `The work took longer than ${limits.workMs / 1000} seconds and was stopped.`, {
          hint: 'Send a smaller picture or a shorter sound.',
        }),
      aborted: () => new Refusal(400, 'ABORTED', 'The client went away.'),
      closed: stopping,
    };
    throw refusals[error.reason]();
  }
}

/** A guess: what waits, shared by the workers, at half a second each. */
function busy(workers: Service['workers']): Refusal {
  const load = workers.load();
  const seconds = Math.max(1, Math.ceil((0.5 * load.waiting) / Math.max(1, load.workers)));
  return new Refusal(429, 'BUSY', 'The service has as much to do as it takes.', {
    hint: `Try again in ${seconds} s.`,
    headers: { 'Retry-After': String(seconds) },
  });
}

function stopping(): Refusal {
  return new Refusal(503, 'STOPPING', 'The service is about to end.', { headers: { Connection: 'close' } });
}
