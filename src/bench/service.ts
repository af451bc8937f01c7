/**
 * The HTTP service under load: requests at eight at a time, every tenth of them malformed, beside the same pairs without
 * HTTP, in turn, round after round, so that whatever else the machine does disturbs all alike.
 */
import { readFile } from 'node:fs/promises';
import { availableParallelism, cpus, loadavg } from 'node:os';
import { fileURLToPath } from 'node:url';
import { openLocalizer } from '../index.ts';
import { type EngineWorkers, startEngineWorkers } from '../serve/engineWorkers.ts';
import { defaultLimits } from '../serve/limits.ts';
import { median } from './measure.ts';
import { inColumns, short } from './report.ts';
import { type Outcome, openServiceClient, startServiceProcess } from './serviceClient.ts';
import { goodRequest, type MediaPair, malformedRequests } from './serviceRequests.ts';

const atOnce = 8;
const perRound = 100;
/** The aim: HTTP may take a fifth of the rate, not more. */
const rateTarget = 0.8;

export interface ServiceReport {
  readonly schema: 'lookhear/bench-service@1';
  readonly machine: { readonly processor: string; readonly cores: number; readonly node: string };
  readonly load: readonly [number, number];
  readonly engine: string;
  readonly workers: number;
  readonly requests: number;
  readonly malformed: number;
  /** Requests without the right answer. */
  readonly wrong: readonly string[];
  /** Pairs a second. */
  readonly rates: { readonly service: number; readonly sameWorkers: number; readonly oneLocalizer: number };
  /** The service's rate beside the faster of the other two. */
  readonly ratio: number;
  readonly ratioTarget: number;
  /** Of good requests. */
  readonly milliseconds: { readonly median: number; readonly most: number };
  /** Of a health check meanwhile. */
  readonly healthMilliseconds: { readonly median: number; readonly most: number };
  /** Of the service's process, after each round. */
  readonly mebibytes: readonly number[];
  /** Of the service, told to stop at the end. */
  readonly exitCode: number | null;
}

export async function benchService(rounds: number, workers: number): Promise<ServiceReport> {
  const loadBefore = loadavg()[0];
  const pairs = await samplePairs();
  const [first] = pairs;
  const malformed = malformedRequests(first);
  const good = pairs.map(goodRequest);
  // Every tenth is malformed.
  const round = Array.from({ length: perRound }, (_, index) =>
    index % 10 === 9 ? malformed[Math.floor(index / 10) % malformed.length] : good[index % good.length],
  );
  const goodCount = round.filter(({ status }) => status === 200).length;
  const goodPairs = Array.from({ length: goodCount }, (_, index) => pairs[index % pairs.length]);

  const localizer = await openLocalizer({ threads: workers });
  const engines = await startEngineWorkers({ workers, limits: defaultLimits });
  const service = await startServiceProcess(workers);
  const client = openServiceClient(service.address);
  const outcomes: Outcome[] = [];
  const health: number[] = [];
  const mebibytes: number[] = [];
  const seconds = { service: 0, sameWorkers: 0, oneLocalizer: 0 };

  // The first round only warms up; what it sends must be answered rightly too.
  for (let count = 0; count <= rounds; count++) {
    const times = {
      service: await inSeconds(async () => {
        const stopWatching = watchHealth(service.address, health);
        outcomes.push(...(await client.send(count === 0 ? round.slice(0, 20) : round, atOnce)));
        await stopWatching();
      }),
      sameWorkers: await inSeconds(() => askAll(engines, count === 0 ? goodPairs.slice(0, 8) : goodPairs)),
      oneLocalizer: await inSeconds(async () => {
        for (const { picture, sound } of count === 0 ? goodPairs.slice(0, 8) : goodPairs) {
          await localizer.localize(picture, sound);
        }
      }),
    };
    if (count === 0) continue;
    for (const name of Object.keys(times) as (keyof typeof times)[]) seconds[name] += times[name];
    mebibytes.push(await residentMebibytes(service.address));
  }
  client.close();
  const exitCode = await service.stop();
  await engines.close();
  await localizer.close();

  const pairsMeasured = rounds * goodCount;
  const rates = {
    service: pairsMeasured / seconds.service,
    sameWorkers: pairsMeasured / seconds.sameWorkers,
    oneLocalizer: pairsMeasured / seconds.oneLocalizer,
  };
  const answered = outcomes.filter(({ request }) => request.status === 200).map(({ milliseconds }) => milliseconds);
  return {
    schema: 'lookhear/bench-service@1',
    machine: { processor: cpus()[0].model, cores: availableParallelism(), node: process.version },
    load: [loadBefore, loadavg()[0]],
    engine: localizer.engine,
    workers,
    requests: outcomes.length,
    malformed: outcomes.filter(({ request }) => request.status !== 200).length,
    wrong: outcomes
      .filter(({ request, status }) => request.status !== status)
      .map(({ request, status }) => `${request.name}: expected ${request.status}, got ${status}`),
    rates,
    ratio: rates.service / Math.max(rates.sameWorkers, rates.oneLocalizer),
    ratioTarget: rateTarget,
    milliseconds: { median: median(answered), most: Math.max(...answered) },
    healthMilliseconds: { median: median(health), most: Math.max(...health) },
    mebibytes,
    exitCode,
  };
}

export function formatServiceReport(report: ServiceReport): string {
  const { machine, load, engine, workers, rates, ratio, mebibytes, milliseconds, healthMilliseconds, wrong } = report;
  const beside = (rate: number): string[] => [`${rate.toFixed(2)} pairs/s`, (rates.service / rate).toFixed(2)];
  const table = [
    ['', 'rate', 'service / it'],
    [`service, ${atOnce} at a time, bad ones among them`, ...beside(rates.service)],
    [`the same ${workers} workers without HTTP`, ...beside(rates.sameWorkers)],
    [`one localizer with ${workers} threads`, ...beside(rates.oneLocalizer)],
  ];
  const ms = (value: number): string => `${short(value)} ms`;
  return [
    `${machine.processor}, ${machine.cores} cores, Node ${machine.node}; load ${load.map(short).join(' before, ')} after`,
    `engine ${engine}, ${workers} workers; model small, the pairs of samples/; ${report.requests} requests, ` +
      `${report.malformed} of them malformed`,
    '',
    ...inColumns(table),
    '',
    `beside the faster of the two: ${ratio.toFixed(2)} (aim ${report.ratioTarget.toFixed(2)})`,
    `answers that were lost or wrong: ${wrong.length}${wrong.length > 0 ? ` (${[...new Set(wrong)].join('; ')})` : ''}`,
    `an answer: median ${ms(milliseconds.median)}, most ${ms(milliseconds.most)}; ` +
      `a health check meanwhile: median ${ms(healthMilliseconds.median)}, most ${ms(healthMilliseconds.most)}`,
    `memory of the service after each ${perRound} requests, MiB: ${mebibytes.map((value) => value.toFixed(0)).join(' ')}`,
    `told to stop, it ended with ${report.exitCode}`,
  ].join('\n');
}

async function askAll(engines: EngineWorkers, pairs: readonly MediaPair[]): Promise<void> {
  const left = pairs[Symbol.iterator]();
  const one = async (): Promise<void> => {
    for (const { picture, sound } of left) {
      const body = new Uint8Array(picture.length + sound.length);
      body.set(picture);
      body.set(sound, picture.length);
      await engines.ask({
        verb: 'localize',
        form: 'json',
        body,
        picture: { start: 0, end: picture.length },
        sound: { start: picture.length, end: body.length },
      });
    }
  };
  await Promise.all(Array.from({ length: atOnce }, one));
}

/** Asks ten times a second whether the service is well. @returns what ends it */
function watchHealth(address: URL, milliseconds: number[]): () => Promise<void> {
  let isOver = false;
  const watching = (async () => {
    while (!isOver) {
      const begin = performance.now();
      const response = await fetch(new URL('healthz', address));
      await response.arrayBuffer();
      milliseconds.push(performance.now() - begin);
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  })();
  return () => {
    isOver = true;
    return watching;
  };
}

async function residentMebibytes(address: URL): Promise<number> {
  const text = await (await fetch(new URL('metrics', address))).text();
  return Number(/^process_resident_memory_bytes (\S+)$/m.exec(text)?.[1]) / 2 ** 20;
}

async function samplePairs(): Promise<MediaPair[]> {
  const samples = new URL('../../samples/', import.meta.url);
  const list: readonly { readonly picture: string; readonly sound: string }[] = JSON.parse(
    await readFile(new URL('demo.json', samples), 'utf8'),
  );
  const read = async (name: string): Promise<Uint8Array> => readFile(fileURLToPath(new URL(name, samples)));
  return Promise.all(list.map(async (pair) => ({ picture: await read(pair.picture), sound: await read(pair.sound) })));
}

async function inSeconds(work: () => Promise<void>): Promise<number> {
  const begin = performance.now();
  await work();
  return (performance.now() - begin) / 1000;
}
