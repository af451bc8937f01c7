/** The service as a process of its own, and a client that sends requests to it, a number at a time. */
import { spawn } from 'node:child_process';
import { Agent, request as httpRequest } from 'node:http';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { ServiceRequest } from './serviceRequests.ts';

export interface ServiceProcess {
  readonly address: URL;
  /** @returns the exit code, null where it did not end by itself */
  stop(): Promise<number | null>;
}

/** @param workers How many answer at a time. */
export async function startServiceProcess(workers: number): Promise<ServiceProcess> {
  const command = fileURLToPath(new URL('../cli/main.js', import.meta.url));
  const child = spawn(process.execPath, [command, 'serve', '--port', '0', '--threads', String(workers)], {
    // Its log would cost the client time.
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const ended = new Promise<number | null>((resolve) => child.on('close', resolve));
  for await (const line of createInterface({ input: child.stdout })) {
    const address = /serves on (\S+)/.exec(line)?.[1];
    if (address === undefined) continue;
    return {
      address: new URL(address),
      stop() {
        child.kill('SIGTERM');
        return ended;
      },
    };
  }
  throw new Error(`The service ended with the code ${await ended} before it was ready.`);
}

export interface Outcome {
  readonly request: ServiceRequest;
  /** Null where there was no answer. */
  readonly status: number | null;
  readonly milliseconds: number;
}

export interface ServiceClient {
  /** Sends all of them, so many at a time. */
  send(requests: readonly ServiceRequest[], atOnce: number): Promise<Outcome[]>;
  close(): void;
}

export function openServiceClient(address: URL): ServiceClient {
  const agent = new Agent({ keepAlive: true });
  return {
    async send(requests, atOnce) {
      const outcomes: Outcome[] = [];
      const left = requests[Symbol.iterator]();
      const one = async (): Promise<void> => {
        for (const request of left) outcomes.push(await ask(address, request, agent));
      };
      await Promise.all(Array.from({ length: atOnce }, one));
      return outcomes;
    },
    close: () => agent.destroy(),
  };
}

function ask(address: URL, request: ServiceRequest, agent: Agent): Promise<Outcome> {
  const begin = performance.now();
  const { path, headers, body, status: expected } = request;
  return new Promise((resolve) => {
    const settle = (status: number | null): void =>
      resolve({ request, status, milliseconds: performance.now() - begin });
    const sent = httpRequest(new URL(path, address), { method: 'POST', headers, agent }, (response) => {
      response.resume();
      response.on('end', () => settle(response.statusCode ?? null));
      response.on('error', () => settle(null));
    });
    sent.on('error', () => settle(null));
    if (expected === null) sent.write(body, () => sent.destroy());
    else if (Number(headers['Content-Length']) > body.length) sent.flushHeaders();
    else sent.end(body);
  });
}
