/** `lookhear serve`: the page and the HTTP service, until it is stopped. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { startService } from '../serve/listen.ts';
import { noteOnEngine } from './openFromOptions.ts';
import { packageVersion } from './packageVersion.ts';
import type { Invocation } from './verb.ts';

/** Each holds the model, and a picture with its map. */
const mostWorkers = 8;

/** Beside the compiled code; nothing is there when it runs from the sources. */
const webFolder = fileURLToPath(new URL('../web', import.meta.url));

export async function run({ options, signal }: Invocation): Promise<0> {
  const { host = '127.0.0.1', port = 4114, model, device, threads, quiet = false } = options;
  const workers = Math.min(threads ?? availableParallelism(), mostWorkers);
  const service = await startService({
    host,
    port,
    token: options.token ?? (process.env.LOOKHEAR_TOKEN || undefined),
    model,
    engine: device,
    workers,
    webFolder,
    version: packageVersion(),
    log: quiet ? () => {} : (line) => console.error(`${new Date().toISOString()} ${line}`),
  });
  noteOnEngine(service.engine, options);
  if (!quiet) {
    const { name, version } = service.model;
    const how = `model ${name} ${version}, engine ${service.engine}, ${workers} at once; Ctrl-C stops`;
    console.log(`lookhear serves on ${service.address}   (${how})`);
  }
  if (options.open) openBrowser(service.address);
  if (!signal.aborted) await once(signal, 'abort');
  if (!quiet) console.error('stopping: what is in work is finished first');
  await service.stop();
  return 0;
}

/** Where there is no browser, the address is printed anyway. */
function openBrowser(address: string): void {
  const [command, ...words] =
    process.platform === 'darwin'
      ? ['open', address]
      : process.platform === 'win32'
        ? ['cmd', '/c', 'start', '', address]
        : ['xdg-open', address];
  const browser = spawn(command, words, { detached: true, stdio: 'ignore' });
  browser.on('error', () => console.error(`note   no browser could be opened: visit ${address}`));
  browser.unref();
}
