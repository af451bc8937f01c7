/**
 * How far a model's picture network in 8 bits says the same as in float32: the share of places, over pictures that had
 * no part in the calibration, where the same class wins.
 */
import { availableParallelism, cpus } from 'node:os';
import { mediaIn, pictures } from '../data/mediaFolders.ts';
import { chooseEngine } from '../engine/chooseEngine.node.ts';
import { float32Values } from '../engine/engine.ts';
import { writeOnnx } from '../graph/writeOnnx.ts';
import { pictureInput } from '../localize/pictureInput.ts';
import { readPicture } from '../media/readPicture.ts';
import type { Feeds } from '../quantise/calibrate.ts';
import { quantise } from '../quantise/quantise.ts';
import { readModelOrHalfFolder } from '../weights/modelFolder.node.ts';
import { readOnnx } from '../weights/readOnnx.ts';
import { median } from './measure.ts';

export interface Int8Report {
  readonly schema: 'lookhear/bench-int8@1';
  readonly machine: { readonly processor: string; readonly cores: number; readonly node: string };
  readonly model: string;
  readonly calibrationPictures: number;
  readonly pictures: number;
  /** Share of the places of all pictures where the same class wins, 0..1, and of the picture that agrees least. */
  readonly agreement: number;
  readonly leastAgreement: number;
  readonly agreementTarget: number;
  /** Of a run, medians. */
  readonly seconds: { readonly float32: number; readonly int8: number };
  readonly bytes: { readonly float32: number; readonly int8: number };
}

export interface Int8Options {
  /** Model folder; its picture network is looked at. */
  readonly model: string;
  /** Folder of pictures: evenly spread ones are taken, in the order of their names. */
  readonly data: string;
  readonly threads: number;
  readonly calibrationCount: number;
  readonly count: number;
}

export async function benchInt8(options: Int8Options): Promise<Int8Report> {
  const { model: path, data, threads, calibrationCount, count } = options;
  const engine = await chooseEngine();
  const { model, picture: bytes } = await readModelOrHalfFolder(path);
  if (!model.picture || !bytes) throw new RangeError(`${path} has no picture network.`);
  const { picture: network } = model;
  const feedsOf = async (file: string): Promise<Feeds> => ({
    [network.input]: pictureInput(network, await readPicture(file)),
  });
  const names = [...(await mediaIn(data, pictures)).values()].sort();
  const chosen = spread(names, calibrationCount + count);
  // Every third or so, so that both sorts come from all over the folder.
  const period = Math.floor(chosen.length / calibrationCount);
  const isCalibration = (index: number): boolean => index % period === 0 && index / period < calibrationCount;
  const calibration = chosen.filter((_, index) => isCalibration(index));
  const others = chosen.filter((_, index) => !isCalibration(index));

  const shape = [1, 3, network.height, network.width];
  const graph = readOnnx(bytes, { name: path, inputShapes: { [network.input]: shape } });
  const outputs = { [network.output]: graph.value(network.output) };
  async function* fedCalibration(): AsyncGenerator<Feeds> {
    for (const file of calibration) yield await feedsOf(file);
  }
  const quantised = await quantise(outputs, graph.weights, { calibration: fedCalibration(), engine });

  // The same graph on both sides, whoever wrote the file.
  const written = writeOnnx(outputs, { weights: graph.weights });
  const float = await engine.createSession(written, { threads });
  const int8 = await engine.createSession(quantised, { threads });
  const times = { float32: [] as number[], int8: [] as number[] };
  const shares: number[] = [];
  for (const file of others) {
    const feeds = await feedsOf(file);
    const [begin, run] = [performance.now(), () => float.run(feeds, [network.output])];
    const expected = await run();
    const middle = performance.now();
    const found = await int8.run(feeds, [network.output]);
    times.float32.push((middle - begin) / 1000);
    times.int8.push((performance.now() - middle) / 1000);
    const { dims } = expected[network.output];
    shares.push(sameWinners(float32Values(expected, network.output), float32Values(found, network.output), dims[1]));
  }
  return {
    schema: 'lookhear/bench-int8@1',
    machine: { processor: cpus()[0].model, cores: availableParallelism(), node: process.version },
    model: model.name,
    calibrationPictures: calibration.length,
    pictures: others.length,
    agreement: shares.reduce((total, share) => total + share, 0) / shares.length,
    leastAgreement: Math.min(...shares),
    agreementTarget: 0.97,
    seconds: { float32: median(times.float32), int8: median(times.int8) },
    bytes: { float32: written.length, int8: quantised.length },
  };
}

export function formatInt8Report(report: Int8Report): string {
  const { machine, model, calibrationPictures, pictures: count, agreement, leastAgreement, seconds, bytes } = report;
  const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;
  const mebibytes = (size: number): string => `${(size / 2 ** 20).toFixed(1)} MiB`;
  return [
    `${machine.processor}, ${machine.cores} cores, Node ${machine.node}`,
    `picture network of ${model}, calibrated on ${calibrationPictures} pictures, judged on ${count} others`,
    `same class as in float32: ${percent(agreement)} of the places (aim ${percent(report.agreementTarget)}); ` +
      `of the worst picture ${percent(leastAgreement)}`,
    `a run: float32 ${(1000 * seconds.float32).toFixed(0)} ms, 8 bits ${(1000 * seconds.int8).toFixed(0)} ms, ratio ` +
      (seconds.float32 / seconds.int8).toFixed(2),
    `file: ${mebibytes(bytes.float32)}, in 8 bits ${mebibytes(bytes.int8)}`,
  ].join('\n');
}

function spread<Item>(items: readonly Item[], count: number): Item[] {
  const taken = Math.min(count, items.length);
  return Array.from({ length: taken }, (_, index) => items[Math.floor((index * items.length) / taken)]);
}

/** Share of the places where the same of [1, classes, ...] is largest. */
function sameWinners(a: Float32Array, b: Float32Array, classes: number): number {
  const places = a.length / classes;
  let same = 0;
  for (let place = 0; place < places; place++) {
    if (winner(a, place, places) === winner(b, place, places)) same++;
  }
  return same / places;
}

function winner(values: Float32Array, place: number, places: number): number {
  let best = place;
  for (let index = place; index < values.length; index += places) if (values[index] > values[best]) best = index;
  return best;
}
