/**
 * Six published networks, each read and written again: onnxruntime must compute the same from both files. They are not
 * part of the repository; LOOKHEAR_SHARED names the folder that holds them.
 */
import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { uniform } from '../../test/random.ts';
import { chooseEngine } from '../engine/chooseEngine.node.ts';
import type { TensorData } from '../engine/engine.ts';
import { gradients } from '../graph/differentiate.ts';
import { multiply } from '../graph/elementwise.ts';
import { mean } from '../graph/reductions.ts';
import { input, type Shape, sizeOf, type Tensor } from '../graph/tensor.ts';
import { topologicalOrder } from '../graph/topology.ts';
import { type LoweringTarget, writeOnnx } from '../graph/writeOnnx.ts';
import { seededRandom } from '../layers/random.ts';
import { readNpy } from './npy.ts';
import { readOnnx } from './readOnnx.ts';

const shared = process.env.LOOKHEAR_SHARED ?? '';
const isHere = shared !== '' && existsSync(`${shared}/pretrained`);

interface Case {
  readonly file: string;
  readonly input: string;
  readonly shape: Shape;
  readonly low: number;
  readonly high: number;
  /** Channels last. */
  readonly last?: boolean;
  /** The plausible input is speech through this front end; without it, a painted scene. */
  readonly sound?: 'mn04' | 'yamnet';
}

const cases: readonly Case[] = [
  {
    file: 'mobilenet_edgetpu_imagenet/mobilenet_edgetpu.onnx',
    input: 'image',
    shape: [1, 3, 224, 224],
    low: -1,
    high: 1,
  },
  {
    file: 'mobilenet_edgetpu_imagenet/mobilenet_edgetpu.onnx',
    input: 'image',
    shape: [2, 3, 320, 320],
    low: -1,
    high: 1,
  },
  { file: 'yolox_nano_coco80/yolox_nano.onnx', input: 'images', shape: [1, 3, 416, 416], low: 0, high: 255 },
  {
    file: 'mn04_as/mn04_as.onnx',
    input: 'logmel',
    shape: [1, 1, 128, 300],
    low: -1.4,
    high: 1.5,
    sound: 'mn04',
  },
  {
    file: 'yamnet_int8_google/yamnet.onnx',
    input: 'logmel',
    shape: [2, 1, 96, 64],
    low: -6.9,
    high: 2,
    sound: 'yamnet',
  },
  {
    file: 'deeplabv3_mnv2_voc21/deeplab_v3_1_default_1.onnx',
    input: 'sub_7',
    shape: [1, 257, 257, 3],
    low: -1,
    high: 1,
    last: true,
  },
  {
    file: 'deeplabv3plus_mnv2_ade20k_150/deeplab_ade20k.onnx',
    input: 'image',
    shape: [1, 3, 513, 513],
    low: -1,
    high: 1,
  },
];

const pretrained = (file: string): Uint8Array => readFileSync(`${shared}/pretrained/${file}`);

/** Milliseconds. The gradients of a whole network take seconds, and more while something else runs. */
const TIMEOUT = 600_000;

const engine = await chooseEngine();

async function run(model: Uint8Array, feeds: Record<string, TensorData>): Promise<Record<string, TensorData>> {
  const session = await engine.createSession(model, { threads: 1 });
  const results = await session.run(feeds);
  await session.close();
  return results;
}

const float32 = (dims: Shape, data: Float32Array): TensorData => ({ type: 'float32', dims, data });

describe.skipIf(!isHere)('a published network computes the same after reading and writing', () => {
  it.each(cases)(
    '$file at [$shape]',
    async (test) => {
      const bytes = pretrained(test.file);
      const graph = readOnnx(bytes, { inputShapes: { [test.input]: test.shape } });
      const written = (['cpu', 'onnx'] satisfies LoweringTarget[]).map((target) =>
        writeOnnx(graph.outputs, { weights: graph.weights, target }),
      );
      const [original, ...copies] = await Promise.all(
        [bytes, ...written].map((model) => engine.createSession(model, { threads: 1 })),
      );
      for (const data of [uniform(seededRandom(1), sizeOf(test.shape), test.low, test.high), plausible(test)]) {
        const feeds = { [test.input]: float32(test.shape, data) };
        const expected = await original.run(feeds);
        expect(Object.keys(graph.outputs)).toEqual(Object.keys(expected));
        for (const copy of copies) {
          const found = await copy.run(feeds);
          for (const [name, { dims, data: values }] of Object.entries(expected)) {
            expect(graph.outputs[name].shape).toEqual([...dims]);
            const far = furthest(values as Float32Array, found[name].data as Float32Array);
            expect(far.difference, name).toBeLessThan(1e-4 * Math.max(1, far.scale));
          }
        }
      }
      for (const session of [original, ...copies]) await session.close();
    },
    TIMEOUT,
  );
});

describe.skipIf(!isHere)('a published network can be cut', () => {
  it(
    'anywhere and at other sizes',
    async () => {
      const { values, outputs } = readOnnx(pretrained('yolox_nano_coco80/yolox_nano.onnx'), {
        inputShapes: { images: [1, 3, 320, 320] },
      });
      expect(outputs.output.shape).toEqual([1, 40 * 40 + 20 * 20 + 10 * 10, 85]);
      const shapes = [...values.values()].map(({ shape }) => `${shape}`);
      for (const shape of ['1,64,40,40', '1,128,20,20', '1,256,10,10']) expect(shapes).toContain(shape);
    },
    TIMEOUT,
  );

  it(
    'before the sizes that are written into it',
    () => {
      const graph = readOnnx(pretrained('deeplabv3plus_mnv2_ade20k_150/deeplab_ade20k.onnx'), {
        inputShapes: { image: [4, 3, 320, 320] },
      });
      expect(() => graph.outputs.logits).toThrow(/in the node/);
      expect([...graph.values.values()].filter(({ shape }) => `${shape}` === '4,320,40,40').length).toBeGreaterThan(0);
    },
    TIMEOUT,
  );
});

describe.skipIf(!isHere)('a published network can be trained', () => {
  it.each([...new Set(cases.map(({ file }) => file))])(
    '%s: every parameter has a gradient',
    (file) => {
      const name = cases.find((test) => test.file === file)!;
      const graph = readOnnx(pretrained(file), { inputShapes: { [name.input]: name.shape } });
      const [output] = Object.values(graph.outputs);
      const parameters = [...graph.weights].map(([weight, values]) => input(weight, [values.length]));
      const slopes = gradients(mean(multiply(output, output)), parameters);
      expect(slopes.filter(({ source }) => source.kind === 'constant')).toEqual([]);
    },
    TIMEOUT,
  );

  it(
    'and its loss changes as the gradient says',
    async () => {
      const graph = readOnnx(pretrained('mn04_as/mn04_as.onnx'), { inputShapes: { logmel: [2, 1, 128, 64] } });
      const loss = mean(multiply(graph.outputs.embedding, graph.outputs.embedding));
      const shapes = parameterShapes(graph.outputs.embedding);
      const names = [...shapes.keys()].filter((name) => graph.weights.has(name));
      const slopes = gradients(
        loss,
        names.map((name) => input(name, shapes.get(name)!)),
      );
      const named = Object.fromEntries(slopes.map((slope, index) => [`slope of ${names[index]}`, slope]));
      const feeds: Record<string, TensorData> = {
        logmel: float32([2, 1, 128, 64], uniform(seededRandom(4), 2 * 128 * 64, -1, 1)),
      };
      for (const name of names) feeds[name] = float32(shapes.get(name)!, graph.weights.get(name)!);
      const start = await run(writeOnnx(named), feeds);
      const squared = Object.values(start).reduce(
        (total, { data }) => total + (data as Float32Array).reduce((part, value) => part + value * value, 0),
        0,
      );
      const lossAt = async (step: number): Promise<number> => {
        const moved = { ...feeds };
        for (const name of names) {
          const slope = start[`slope of ${name}`].data as Float32Array;
          const values = graph.weights.get(name)!.map((value, index) => value + step * slope[index]);
          moved[name] = float32(shapes.get(name)!, values);
        }
        return (await run(writeOnnx({ loss }), moved)).loss.data[0] as number;
      };
      const step = 1e-3 / Math.sqrt(squared);
      const rise = ((await lossAt(step)) - (await lossAt(-step))) / (2 * step);
      expect(rise / squared).toBeGreaterThan(0.97);
      expect(rise / squared).toBeLessThan(1.03);
    },
    TIMEOUT,
  );
});

function parameterShapes(output: Tensor): Map<string, Shape> {
  const shapes = new Map<string, Shape>();
  for (const { shape, source } of topologicalOrder([output]).flatMap((node) => node.inputs)) {
    if (source.kind === 'input') shapes.set(source.name, shape);
  }
  return shapes;
}

function furthest(expected: Float32Array, found: Float32Array): { difference: number; scale: number } {
  let difference = expected.length === found.length ? 0 : Number.POSITIVE_INFINITY;
  let scale = 0;
  for (const [index, value] of expected.entries()) {
    difference = Math.max(difference, Math.abs(value - found[index]));
    scale = Math.max(scale, Math.abs(value));
  }
  return { difference, scale };
}

/** The log-mel spectrogram of speech, or a sky with a ball in it. */
function plausible({ shape, low, high, last, sound }: Case): Float32Array {
  if (sound) {
    const { data } = readNpy(readFileSync(`${shared}/reference/vggish_golden/speech_yamnet_logmel.npy`));
    const bands = 64;
    const frames = data.length / bands;
    const [, , rows, columns] = shape;
    return Float32Array.from({ length: sizeOf(shape) }, (_, index) => {
      const row = Math.floor(index / columns);
      const column = index % columns;
      if (sound === 'yamnet') return Number(data[(row % frames) * bands + column]);
      // Twice as many bands, bands first, and (ln(x) + 4.5) / 5.
      const band = Math.floor(((row % rows) * bands) / rows);
      return (Number(data[(column % frames) * bands + band]) + 4.5) / 5;
    });
  }
  const [height, width] = last ? [shape[1], shape[2]] : [shape[2], shape[3]];
  const plane = height * width;
  return Float32Array.from({ length: sizeOf(shape) }, (_, index) => {
    const place = last ? Math.floor(index / 3) : index % plane;
    const channel = last ? index % 3 : Math.floor(index / plane) % 3;
    const y = Math.floor(place / width) / height;
    const x = (place % width) / width;
    const isBall = (x - 0.6) ** 2 + (y - 0.55) ** 2 < 0.04;
    const light = isBall ? [0.8, 0.3, 0.1][channel] * (1 - y * 0.5) : [0.4, 0.6, 0.9][channel] * (1 - y * 0.7);
    return low + (high - low) * light;
  });
}
