import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { evaluateGraph } from '../../test/evaluateGraph.ts';
import { uniform } from '../../test/random.ts';
import { chooseEngine } from '../engine/chooseEngine.node.ts';
import { LookhearError } from '../errors.ts';
import { conv } from '../graph/convolution.ts';
import { gradients } from '../graph/differentiate.ts';
import { add, hardSwish, multiply, relu, sigmoid } from '../graph/elementwise.ts';
import { matmul } from '../graph/matmul.ts';
import { concat, pad, reshape, slice } from '../graph/movement.ts';
import { batchNormInference } from '../graph/normalisation.ts';
import { averagePool, globalAveragePool, maxPool } from '../graph/pooling.ts';
import { mean, sum } from '../graph/reductions.ts';
import { resizeBilinear, resizeNearest } from '../graph/resize.ts';
import { softmax } from '../graph/softmax.ts';
import { input, sizeOf, type Tensor } from '../graph/tensor.ts';
import { type LoweringTarget, writeOnnx } from '../graph/writeOnnx.ts';
import { seededRandom } from '../layers/random.ts';
import { floats, type HandMadeNetwork, handMadeNetwork, integers, wave } from './handMadeNetwork.fixtures.ts';
import { type ReadOnnxOptions, readOnnx } from './readOnnx.ts';

const engine = await chooseEngine();

const read = (network: HandMadeNetwork, options?: ReadOnnxOptions) => readOnnx(handMadeNetwork(network), options);

/** A small network with something of every family, as our own writer makes it. */
function smallNetwork(): { outputs: Record<string, Tensor>; weights: Map<string, Float32Array> } {
  const random = seededRandom(7);
  const weights = new Map<string, Float32Array>();
  const parameter = (name: string, shape: number[], low = -0.5): Tensor => {
    weights.set(name, uniform(random, sizeOf(shape), low, 0.5));
    return input(name, shape);
  };
  const x = input('x', [2, 3, 12, 12]);
  const stem = relu(
    conv(x, parameter('stem.weight', [8, 3, 3, 3]), parameter('stem.bias', [8]), {
      strides: [2, 2],
      pads: [0, 0, 1, 1],
    }),
  );
  const normal = batchNormInference(
    stem,
    parameter('gamma', [8]),
    parameter('beta', [8]),
    parameter('mean', [8]),
    parameter('variance', [8], 0.1),
    1e-3,
  );
  const wide = hardSwish(pad(maxPool(normal, { kernel: [2, 2] }), [0, 0, 1, 0], [0, 0, 0, 1]));
  const gate = sigmoid(
    conv(globalAveragePool(wide), parameter('gate.weight', [8, 8, 1, 1]), parameter('gate.bias', [8])),
  );
  const mixed = concat(
    [multiply(wide, gate), add(averagePool(wide, { kernel: [1, 1] }), parameter('shift', [8, 1, 1]))],
    1,
  );
  const maps = add(
    resizeBilinear(mixed, 9, 7, 'align-corners'),
    resizeBilinear(resizeNearest(mixed, 8, 8), 9, 7, 'half-pixel'),
  );
  const table = reshape(slice(maps, [{ axis: 2, start: 1, end: 8, step: 2 }]), [2, 16 * 4 * 7]);
  const scores = softmax(matmul(table, parameter('head.weight', [5, 16 * 4 * 7]), { transposeB: true }));
  return { outputs: { maps, scores }, weights };
}

describe('a network written by us', () => {
  const feeds = { x: uniform(seededRandom(3), 2 * 3 * 12 * 12, -1, 1) };

  it.each(['cpu', 'onnx'] satisfies LoweringTarget[])(
    'computes the same after reading, written for %s',
    async (target) => {
      const { outputs, weights } = smallNetwork();
      const expected = await evaluateGraph(engine, outputs, { ...feeds, ...Object.fromEntries(weights) });
      let bytes = writeOnnx(outputs, { target, weights });
      for (let round = 0; round < 2; round++) {
        const graph = readOnnx(bytes);
        const found = await evaluateGraph(engine, graph.outputs, { ...feeds, ...Object.fromEntries(graph.weights) });
        for (const name of ['maps', 'scores']) {
          expect(found[name].length).toBe(expected[name].length);
          expect(largestDifference(found[name], expected[name])).toBeLessThan(1e-5);
        }
        bytes = writeOnnx(graph.outputs, { target, weights: graph.weights });
      }
    },
  );

  it.each(['cpu', 'onnx'] satisfies LoweringTarget[])(
    'keeps the names and values of its parameters, for %s',
    (target) => {
      const { outputs, weights } = smallNetwork();
      const graph = readOnnx(writeOnnx(outputs, { weights, target }));
      for (const [name, values] of weights) expect(graph.weights.get(name), name).toEqual(values);
    },
  );

  it('is read from half precision under the names of before', () => {
    const { outputs, weights } = smallNetwork();
    const graph = readOnnx(writeOnnx(outputs, { weights, halfPrecision: true }));
    const stored = graph.weights.get('head.weight')!;
    expect(largestDifference(stored, weights.get('head.weight')!)).toBeLessThan(2.5e-4);
    expect(graph.weights.get('stem.bias')).toEqual(weights.get('stem.bias'));
  });

  it('can be differentiated', async () => {
    const { outputs, weights } = smallNetwork();
    const graph = readOnnx(writeOnnx(outputs, { weights, target: 'onnx' }));
    const loss = (scores: Tensor): Tensor => mean(multiply(scores, scores));
    const names = [...weights.keys()];
    const slopes = (network: Record<string, Tensor>) =>
      gradients(
        loss(network.scores),
        names.map((name) => input(name, [weights.get(name)!.length])),
      ).map((slope) => sum(multiply(slope, slope)));
    const values = { ...feeds, ...Object.fromEntries(graph.weights) };
    const record = (network: Record<string, Tensor>) =>
      Object.fromEntries(slopes(network).map((slope, i) => [`slope of ${names[i]}`, slope]));
    const expected = await evaluateGraph(engine, record(outputs), values);
    const found = await evaluateGraph(engine, record(graph.outputs), values);
    for (const name of names) {
      const key = `slope of ${name}`;
      expect(found[key][0], name).toBeCloseTo(expected[key][0], 6);
    }
  });
});

describe('stored values', () => {
  const oneConv = (weight: string): HandMadeNetwork => ({
    inputs: { x: ['N', 2, 3, 3] },
    nodes: [{ operator: 'Conv', inputs: ['x', weight], outputs: ['y'] }],
    outputs: ['y'],
  });

  it('of eight bits are dequantised with one scale, or one for each channel', () => {
    const quantized = { type: 'uint8', shape: [2, 2, 1, 1], values: [0, 130, 255, 128] } as const;
    const graph = read({
      ...oneConv('w'),
      stored: {
        q: quantized,
        scale: floats([], [0.5]),
        zero: { type: 'uint8', shape: [], values: [128] },
        r: { ...quantized, type: 'int8', values: [-128, 2, 127, 0] },
        scales: floats([2], [0.5, 2]),
        zeros: { type: 'int8', shape: [2], values: [0, 1] },
      },
      nodes: [
        { operator: 'DequantizeLinear', inputs: ['q', 'scale', 'zero'], outputs: ['w'] },
        { operator: 'DequantizeLinear', inputs: ['r', 'scales', 'zeros'], outputs: ['v'], attributes: { axis: 0 } },
        { operator: 'DequantizeLinear', inputs: ['r', 'scales'], outputs: ['u'] },
        { operator: 'Conv', inputs: ['x', 'w'], outputs: ['y'] },
        { operator: 'Conv', inputs: ['y', 'v'], outputs: ['z'] },
        { operator: 'Conv', inputs: ['z', 'u'], outputs: ['end'] },
      ],
      outputs: ['end'],
    });
    expect([...graph.weights.get('w')!]).toEqual([-64, 1, 63.5, 0]);
    expect([...graph.weights.get('v')!]).toEqual([-64, 1, 252, -2]);
    expect([...graph.weights.get('u')!]).toEqual([-64, 4, 63.5, 0]);
  });

  it.each(['float32', 'float16', 'float64'] as const)('of type %s become float32', (type) => {
    const values = [0.5, -1.25, 3, 0];
    const graph = read({ ...oneConv('w'), stored: { w: { type, shape: [2, 2, 1, 1], values } } });
    expect([...graph.weights.get('w')!]).toEqual(values);
    if (type === 'float64') return;
    const listed = read({ ...oneConv('w'), stored: { w: { type, shape: [2, 2, 1, 1], values, listed: true } } });
    expect([...listed.weights.get('w')!]).toEqual(values);
  });

  it('are parameters as weights, or where they are more than one number', () => {
    const graph = read(
      {
        inputs: { x: [1, 1, 3, 3] },
        stored: {
          w: floats([1, 1, 1, 1], [2]),
          unused: wave([4]),
          half: floats([], [0.5]),
          bias: wave([3, 1]),
          bound: floats([], [1]),
        },
        nodes: [
          { operator: 'Conv', inputs: ['x', 'w'], outputs: ['a'] },
          { operator: 'Mul', inputs: ['a', 'half'], outputs: ['b'] },
          { operator: 'Add', inputs: ['b', 'bias'], outputs: ['c'] },
          { operator: 'Clip', inputs: ['c', 'bound'], outputs: ['d'] },
        ],
        outputs: ['d'],
      },
      { prefix: 'eye/' },
    );
    expect([...graph.weights.keys()]).toEqual(['eye/w', 'eye/bias']);
  });

  it('steer operators after being computed', () => {
    // Reshape to the shape of x with its last two axes joined, as PyTorch exports `flatten(2)`.
    const graph = read(
      {
        inputs: { x: ['N', 3, 'H', 'W'] },
        stored: {
          first: integers(0),
          two: integers(2),
          third: { type: 'int64', shape: [], values: [2] },
          minus: integers(-1),
        },
        nodes: [
          { operator: 'Shape', inputs: ['x'], outputs: ['shape'] },
          { operator: 'Slice', inputs: ['shape', 'first', 'two'], outputs: ['front'] },
          { operator: 'Gather', inputs: ['shape', 'third'], outputs: ['height'] },
          { operator: 'Unsqueeze', inputs: ['height', 'first'], outputs: ['heights'] },
          { operator: 'Mul', inputs: ['heights', 'two'], outputs: ['twice'] },
          { operator: 'Div', inputs: ['twice', 'two'], outputs: ['once'] },
          { operator: 'Sub', inputs: ['once', 'heights'], outputs: ['zero'] },
          { operator: 'Sub', inputs: ['zero', 'two'], outputs: ['minusTwo'] },
          { operator: 'Add', inputs: ['minusTwo', 'two'], outputs: ['again'] },
          { operator: 'Add', inputs: ['again', 'minus'], outputs: ['open'] },
          { operator: 'Concat', inputs: ['front', 'open'], outputs: ['target'], attributes: { axis: 0 } },
          { operator: 'Reshape', inputs: ['x', 'target'], outputs: ['y'] },
        ],
        outputs: ['y'],
      },
      { inputShapes: { x: [2, 3, 4, 5] } },
    );
    expect(graph.outputs.y.shape).toEqual([2, 3, 20]);
  });
});

describe('parts of a network', () => {
  const tail: HandMadeNetwork = {
    inputs: { x: ['N', 3, 8, 8] },
    stored: { w: wave([4, 3, 3, 3]), shape: integers(1, 144), v: wave([144, 2]) },
    nodes: [
      { operator: 'Conv', inputs: ['x', 'w'], outputs: ['map'] },
      { operator: 'Reshape', inputs: ['map', 'shape'], outputs: ['row'] },
      { operator: 'MatMul', inputs: ['row', 'v'], outputs: ['y'] },
    ],
    outputs: ['y'],
  };

  it('before a size that does not fit can be used, and those behind say why', () => {
    expect(read(tail).outputs.y.shape).toEqual([1, 2]);
    const larger = read(tail, { inputShapes: { x: [1, 3, 10, 10] } });
    expect(larger.values.get('map')?.shape).toEqual([1, 4, 8, 8]);
    expect(larger.values.has('row')).toBe(false);
    expect(() => larger.outputs.y).toThrow(/\[1,4,8,8\] does not fill \[1,144\], in the node Reshape "the Reshape"/);
    expect(() => larger.value('row')).toThrow(LookhearError);
    expect(() => larger.value('elsewhere')).toThrow(/there is no value "elsewhere"/);
    expect(Object.keys(larger.outputs)).toEqual(['y']);
  });

  it('before an operator that is not known can be used', () => {
    const graph = read({
      ...tail,
      nodes: [tail.nodes[0], { operator: 'Whirl', inputs: ['map'], outputs: ['y'] }],
    });
    expect(graph.values.has('map')).toBe(true);
    expect(() => graph.outputs.y).toThrow(
      'Cannot read the network: this operator is not supported, in the node Whirl "the Whirl" that computes "y".',
    );
  });

  it('can stand behind another graph', async () => {
    const picture = input('picture', [2, 3, 8, 8]);
    const graph = read(tail, { inputs: { x: multiply(picture, 2) } });
    expect(graph.values.get('map')?.shape).toEqual([2, 4, 6, 6]);
    const plain = read(tail, { inputShapes: { x: [2, 3, 8, 8] } });
    const data = uniform(seededRandom(5), 2 * 3 * 64, -1, 1);
    const weights = Object.fromEntries(graph.weights);
    const w = { ...weights, w: Float32Array.from(tail.stored!.w.values) };
    const found = await evaluateGraph(engine, { map: graph.value('map') }, { ...w, picture: data });
    const expected = await evaluateGraph(engine, { map: plain.value('map') }, { ...w, x: data.map((v) => 2 * v) });
    expect(largestDifference(found.map, expected.map)).toBeLessThan(1e-6);
  });

  it('need the sizes that the file leaves open', () => {
    const open = { ...tail, inputs: { x: ['N', 3, 'H', 8] } };
    expect(() => read(open)).toThrow(/its input "x" has the shape \[N, 3, H, 8\], which is open/);
    expect(() => read(open, { inputShapes: { x: [1, 3] } })).toThrow(/and \[1, 3\] is given/);
    expect(() => read(open, { inputShapes: { x: [1, 3, 0, 8] } })).toThrow(/cannot have the shape/);
    expect(() => read(open, { inputs: { x: input('t', [1, 3, 8, 8], 'int64') } })).toThrow(
      /of type float32, not int64/,
    );
  });
});

describe('files that are not to be trusted', () => {
  it('say what is wrong', () => {
    const problemOf = (bytes: Uint8Array): string => {
      try {
        readOnnx(bytes, { name: 'eye.onnx' });
      } catch (error) {
        if (error instanceof LookhearError && error.code === 'MODEL_INVALID') return error.message;
      }
      return 'none';
    };
    expect(problemOf(new Uint8Array())).toBe('Cannot read eye.onnx: it holds no ONNX network.');
    expect(problemOf(new TextEncoder().encode('<html>'))).toMatch(/^Cannot read eye\.onnx: /);
    expect(problemOf(handMadeNetwork({ operatorSet: 6, nodes: [], outputs: [] }))).toMatch(/operator set 6/);
    const twice = { operator: 'Relu', inputs: ['x'], outputs: ['y'] };
    const inputs = { x: [1] };
    expect(problemOf(handMadeNetwork({ inputs, nodes: [twice, twice], outputs: ['y'] }))).toMatch(
      /"y" is defined twice/,
    );
  });

  it('cannot claim more values than they hold', () => {
    const stored = { w: { ...wave([4]), shape: [2 ** 20, 2 ** 20] } };
    const graph = read({
      inputs: { x: [4] },
      stored,
      nodes: [{ operator: 'Add', inputs: ['x', 'w'], outputs: ['y'] }],
      outputs: ['y'],
    });
    expect(() => graph.outputs.y).toThrow(/the tensor "w" of shape \[1048576,1048576\] has 4 values/);
  });

  it('cannot make constants or results beyond all measure', () => {
    const stored = { huge: integers(2 ** 20, 2 ** 20), large: integers(2 ** 12, 2 ** 12), one: integers(1) };
    const constants = read({
      inputs: { x: [1] },
      stored,
      nodes: [
        { operator: 'ConstantOfShape', inputs: ['huge'], outputs: ['a'] },
        { operator: 'Expand', inputs: ['one', 'large'], outputs: ['b'] },
        { operator: 'Expand', inputs: ['one', 'large'], outputs: ['c'] },
        { operator: 'Expand', inputs: ['x', 'huge'], outputs: ['d'] },
      ],
      outputs: ['a', 'b', 'c', 'd'],
    });
    expect(() => constants.outputs.a).toThrow(/too large/);
    expect(() => constants.outputs.c).toThrow(/beyond all measure/);
    expect(() => constants.outputs.d).toThrow(/too large/);
  });

  it('end in an error or a network, wherever they are cut or changed', () => {
    const { outputs, weights } = smallNetwork();
    const bytes = writeOnnx(outputs, { weights });
    const attempt = (changed: Uint8Array): void => {
      try {
        const graph = readOnnx(changed);
        for (const name of Object.keys(graph.outputs)) void graph.outputs[name];
      } catch (error) {
        if (!(error instanceof LookhearError)) throw error;
      }
    };
    fc.assert(
      fc.property(fc.integer({ min: 0, max: bytes.length - 1 }), (length) => attempt(bytes.subarray(0, length))),
      { numRuns: 200 },
    );
    const structure = structuralPlaces(bytes, weights);
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.constantFrom(...structure), fc.integer({ min: 0, max: 255 })), {
          minLength: 1,
          maxLength: 3,
        }),
        (changes) => {
          const changed = Uint8Array.from(bytes);
          for (const [place, value] of changes) changed[place] = value;
          attempt(changed);
        },
      ),
      { numRuns: 800 },
    );
  }, 120_000);
});

/** Where the file says anything but the values of large weights, which any bytes may be. */
function structuralPlaces(bytes: Uint8Array, weights: ReadonlyMap<string, Float32Array>): number[] {
  const buffer = Buffer.from(bytes);
  const isValue = new Uint8Array(bytes.length);
  for (const values of weights.values()) {
    const start = buffer.indexOf(Buffer.from(values.buffer, values.byteOffset, values.byteLength));
    isValue.fill(1, start, start + values.byteLength);
  }
  return [...bytes.keys()].filter((place) => isValue[place] === 0);
}

function largestDifference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  return Array.from(a).reduce((largest, value, index) => Math.max(largest, Math.abs(value - b[index])), 0);
}
