/** Numbers for Prometheus, in its text format 0.0.4 (https://prometheus.io/docs/instrumenting/exposition_formats/). */
import type { PoolLoad } from '../parallel/requestPool.ts';

export const metricsType = 'text/plain; version=0.0.4; charset=utf-8';

export interface Metrics {
  /** @param route as in the table of routes, never as in the request: labels must stay few */
  count(route: string, status: number, seconds: number): void;
  text(load: PoolLoad): string;
}

/** Upper ends of the histogram's buckets, seconds. */
const buckets = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];

interface Durations {
  /** Requests in each bucket, and behind the last. */
  readonly counts: number[];
  sum: number;
}

export function createMetrics(): Metrics {
  const requests = new Map<string, number>();
  const durations = new Map<string, Durations>();

  return {
    count(route, status, seconds) {
      const labels = `route="${route}",status="${status}"`;
      requests.set(labels, (requests.get(labels) ?? 0) + 1);
      let own = durations.get(route);
      if (own === undefined) {
        own = { counts: Array<number>(buckets.length + 1).fill(0), sum: 0 };
        durations.set(route, own);
      }
      const bucket = buckets.findIndex((end) => seconds <= end);
      own.counts[bucket < 0 ? buckets.length : bucket]++;
      own.sum += seconds;
    },
    text({ workers, busy, waiting, replaced }) {
      const lines = [
        ...head('lookhear_requests_total', 'counter', 'Requests answered.'),
        ...[...requests].map(([labels, count]) => `lookhear_requests_total{${labels}} ${count}`),
        ...head('lookhear_request_duration_seconds', 'histogram', 'From the head of a request to its answer.'),
        ...[...durations].flatMap(([route, own]) => histogram('lookhear_request_duration_seconds', route, own)),
      ];
      const gauge = (name: string, text: string, value: number): void => {
        lines.push(...head(name, 'gauge', text), `${name} ${value}`);
      };
      gauge('lookhear_workers', 'Threads that run the engine.', workers);
      gauge('lookhear_busy_workers', 'Threads that work on a request.', busy);
      gauge('lookhear_queue_length', 'Requests that wait for a thread.', waiting);
      lines.push(
        ...head('lookhear_workers_replaced_total', 'counter', 'Threads that died or took too long.'),
        `lookhear_workers_replaced_total ${replaced}`,
      );
      gauge('process_resident_memory_bytes', 'Resident memory.', process.memoryUsage.rss());
      return `${lines.join('\n')}\n`;
    },
  };
}

function head(name: string, type: string, text: string): string[] {
  return [`# HELP ${name} ${text}`, `# TYPE ${name} ${type}`];
}

function histogram(name: string, route: string, { counts, sum }: Durations): string[] {
  let below = 0;
  const lines = counts.map((count, index) => {
    below += count;
    return `${name}_bucket{route="${route}",le="${buckets[index] ?? '+Inf'}"} ${below}`;
  });
  return [...lines, `${name}_sum{route="${route}"} ${sum}`, `${name}_count{route="${route}"} ${below}`];
}
