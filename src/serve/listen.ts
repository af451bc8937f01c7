/** The app on a port: slow and endless connections are cut off, and stopping lets what is in work end. */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import { getRequestListener } from '@hono/node-server';
import { LookhearError } from '../errors.ts';
import { createApp } from './app.ts';
import { type EngineReady, type EngineWorkersOptions, startEngineWorkers } from './engineWorkers.ts';
import { isLoopback } from './guard.ts';
import { defaultLimits, type Limits } from './limits.ts';
import { createMetrics } from './metrics.ts';
import { openWebFiles } from './webFiles.ts';

export interface ServiceOptions extends Omit<EngineWorkersOptions, 'limits'> {
  /** A name or address of this machine; all but loopback ones need a token. */
  readonly host: string;
  /** 0: any that is free. */
  readonly port: number;
  readonly token?: string | undefined;
  /** The folder of the built web page; a plain page is shown where it does not exist. */
  readonly webFolder: string;
  /** Of lookhear. */
  readonly version: string;
  readonly limits?: Partial<Limits>;
  readonly log: (line: string) => void;
}

export interface RunningService extends EngineReady {
  /** http://127.0.0.1:4114/ */
  readonly address: string;
  /** Refuses new work, waits for what is in work, and ends. */
  stop(): Promise<void>;
}

/**
 * @throws LookhearError USAGE (a host that needs a token, a port that cannot be had), MODEL_MISSING, MODEL_INVALID or
 * ENGINE_MISSING
 */
export async function startService(options: ServiceOptions): Promise<RunningService> {
  const { host, port, token, webFolder, version, log } = options;
  if (!isLoopback(host) && token === undefined) {
    throw new LookhearError('USAGE', `Expected a token, because ${host} can be reached from other machines.`, {
      hint: 'Set LOOKHEAR_TOKEN, or give --token. "openssl rand -hex 16" makes one.',
    });
  }
  // What a header can carry; an empty one would let everybody in.
  if (token !== undefined && !/^[\x21-\x7e]+$/.test(token)) {
    throw new LookhearError('USAGE', 'Expected a token of letters, digits and signs, without spaces.', {
      hint: '"openssl rand -hex 16" makes one.',
    });
  }
  const limits = { ...defaultLimits, ...options.limits };
  const server = createServer({
    headersTimeout: limits.headersMs,
    // The longest that readBody may wait for the largest body, and a little more.
    requestTimeout: limits.headersMs + limits.bodyMs + (1000 * limits.bodyBytes) / limits.leastBytesPerSecond + 5000,
    connectionsCheckingInterval: 1000,
    maxHeaderSize: 16_384,
  });
  server.maxConnections = limits.connections;
  const [workers, webFiles] = await Promise.all([startEngineWorkers({ ...options, limits }), openWebFiles(webFolder)]);
  let isStopping = false;
  const metrics = createMetrics();
  const app = createApp({ workers, limits, token, webFiles, metrics, version, log, isStopping: () => isStopping });
  const respond = getRequestListener(app.fetch, { overrideGlobalObjects: false });
  const inWork = new Set<ServerResponse>();
  const take = (request: IncomingMessage, response: ServerResponse): void => {
    inWork.add(response);
    response.once('close', () => inWork.delete(response));
    respond(request, response);
  };
  server.on('request', take);
  server.on('checkContinue', (request, response) => {
    // A body that is too large is refused before it is sent, where the client asks first, as curl does.
    if (!(Number(request.headers['content-length']) > limits.bodyBytes)) response.writeContinue();
    take(request, response);
  });
  // Last: whoever connects is answered.
  try {
    await listen(server, host, port);
  } catch (error) {
    await workers.close();
    throw error;
  }
  return {
    ...workers.ready,
    address: addressOf(server, host),
    async stop() {
      isStopping = true;
      server.close();
      // Connections on which nothing was asked are no reason to wait: browsers open some in advance.
      const ended = Promise.all([...inWork].map((response) => once(response, 'close')));
      await Promise.race([ended, wait(limits.stopMs, undefined, { ref: false })]);
      server.closeAllConnections();
      await workers.close();
    },
  };
}

function listen(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (cause: NodeJS.ErrnoException) => {
      const reasons: Record<string, string> = {
        EADDRINUSE: 'another program listens there already',
        EACCES: 'this port is not for everyone',
        EADDRNOTAVAIL: 'this machine has no such address',
        ENOTFOUND: 'there is no such host',
      };
      const reason = reasons[cause.code ?? ''] ?? cause.message;
      reject(
        new LookhearError('USAGE', `Cannot listen on ${host}:${port}: ${reason}.`, {
          hint: 'Give another port with --port, or another address of this machine with --host.',
          cause,
        }),
      );
    });
    server.listen(port, host, resolve);
  });
}

function addressOf(server: Server, host: string): string {
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : '';
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}/`;
}
