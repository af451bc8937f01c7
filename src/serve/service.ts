/** What the routes have at hand. */
import type { EngineRequest } from './engineAnswer.ts';
import type { EngineWorkers } from './engineWorkers.ts';
import type { Limits } from './limits.ts';
import type { Metrics } from './metrics.ts';
import type { Part } from './multipart.ts';
import type { PartName } from './routes.ts';
import type { WebFiles } from './webFiles.ts';

export interface Service {
  readonly workers: EngineWorkers;
  readonly limits: Limits;
  /** Without one, the service answers to names of this machine only. */
  readonly token: string | undefined;
  /** Null where the web page was not built. */
  readonly webFiles: WebFiles | null;
  readonly metrics: Metrics;
  /** Of lookhear. */
  readonly version: string;
  /** Whether new work is refused because the service is about to end. */
  readonly isStopping: () => boolean;
  /** One line for each request, and for each failure of our own. */
  readonly log: (line: string) => void;
}

/** What one request asks. */
export interface Ask {
  readonly headers: Headers;
  readonly query: URLSearchParams;
  /** Takes the upload, which must have exactly these parts, and lets the engine answer. */
  engine(
    names: readonly PartName[],
    request: (body: Uint8Array<ArrayBuffer>, parts: Readonly<Record<PartName, Part>>) => EngineRequest,
  ): Promise<Response>;
}
