import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { deflateRawSync } from 'node:zlib';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LookhearError } from '../../errors.ts';
import { writeNpy } from '../npy.ts';
import { openWeightFile } from './openWeightFile.node.ts';
import { readWeightFile, type WeightFile } from './weightFile.ts';

const folder = fileURLToPath(new URL('./fixtures/', import.meta.url));

type Content = Readonly<Record<string, { shape: number[]; values: number[] }>>;

/** What h5py, NumPy and PyTorch wrote (scripts/fixtures/weight_files.py); a name stands for the same as in that file. */
const expected: Readonly<Record<string, Content | string>> = JSON.parse(
  readFileSync(join(folder, 'expected.golden.json'), 'utf8'),
);
const files = Object.keys(expected);

function contentOf(file: string): Content {
  const content = expected[file];
  return typeof content === 'string' ? contentOf(content) : content;
}

function fixture(file: string): Uint8Array {
  return readFileSync(join(folder, file));
}

function decoded({ tensors }: WeightFile): Content {
  return Object.fromEntries(
    [...tensors].map(([name, weights]) => [name, { shape: [...weights.shape], values: [...weights.read()] }]),
  );
}

/** Reads everything in it, or gives the sentence in which it ended; anything else is thrown. */
async function outcome(bytes: Uint8Array, shards?: ReadonlyMap<string, Uint8Array>): Promise<string> {
  try {
    for (const weights of (await readWeightFile(bytes, 'it.bin', shards)).tensors.values()) weights.read();
    return 'read';
  } catch (error) {
    if (!(error instanceof LookhearError)) throw error;
    expect(error.message).not.toContain('\n');
    return `${error.code}: ${error.message}`;
  }
}

describe('a weight file', () => {
  it.each(files)('%s holds what its writer put there', async (file) => {
    expect(decoded(await openWeightFile(join(folder, file)))).toEqual(contentOf(file));
  });

  it('is known by its first bytes', async () => {
    const formats = {
      'keras_model.h5': 'hdf5',
      'keras3.keras': 'hdf5',
      'python2.npy': 'npy',
      'types.safetensors': 'safetensors',
      'state_dict.pth': 'pytorch',
      'legacy.pth': 'pytorch',
      'tfjs/model.json': 'tfjs',
    };
    for (const [file, format] of Object.entries(formats)) {
      expect((await openWeightFile(join(folder, file))).format).toBe(format);
    }
  });

  it('may be an ONNX network, whose initialisers are its weights', async () => {
    const file = await readWeightFile(onnxFile(), 'net.onnx');
    expect(file.format).toBe('onnx');
    expect(decoded(file)).toEqual({
      'fc.weight': { shape: [3], values: [1, -2, 0.5] },
      'fc.bias': { shape: [1], values: [1.5] },
    });
  });

  it('is read from a part of a larger buffer', async () => {
    const bytes = fixture('state_dict.pth');
    const large = Buffer.concat([Buffer.alloc(13), bytes, Buffer.alloc(7)]);
    expect(decoded(await readWeightFile(large.subarray(13, 13 + bytes.length), 'part'))).toEqual(
      contentOf('state_dict.pth'),
    );
  });

  it('gives new values at every reading', async () => {
    const { tensors } = await readWeightFile(fixture('types.safetensors'), 'types');
    tensors.get('F32')!.read().fill(0);
    expect(tensors.get('F32')!.read()[0]).toBe(contentOf('types.safetensors').F32.values[0]);
  });
});

describe('a file that holds no weights', () => {
  it.each([
    ['code.pth', /asks to run posix\.system: that is code, not weights/],
    ['code_legacy.pth', /asks to run posix\.system: that is code, not weights/],
    ['code.npy', /asks to run posix\.system: that is code, not weights/],
    ['module.pth', /asks to run torch\.nn\.modules\.linear\.Linear: that is code/],
  ])('%s is refused in a sentence that names why', async (file, problem) => {
    expect(await outcome(fixture(file))).toMatch(problem);
  });

  it('is refused, whatever else it is', async () => {
    const text = (value: string): Uint8Array => new TextEncoder().encode(value);
    expect(await outcome(new Uint8Array())).toMatch('INPUT_EMPTY');
    expect(await outcome(text('<!DOCTYPE html>'))).toMatch('it is no weight file that lookhear knows');
    expect(await outcome(text('{"a": 1}'))).toMatch('JSON without a weightsManifest');
    expect(await outcome(text('null'))).toMatch('INPUT_UNSUPPORTED');
    expect(await outcome(writeNpy({ shape: [2], data: Float32Array.of(1, 2) }))).toMatch('one array of numbers');
    expect(await outcome(zipOf('a.txt', text('hello')))).toMatch('a zip archive without weights');
  });
});

describe('a damaged or hostile file', () => {
  const hostile = [...files, 'code.npy', 'code.pth', 'net.onnx'];
  const bytesOf = (file: string): Uint8Array => (file === 'net.onnx' ? onnxFile() : fixture(file));
  const shardNames = ['group1-shard1of2.bin', 'group1-shard2of2.bin'];
  const shards = new Map(shardNames.map((name) => [name, fixture(`tfjs/${name}`)]));

  async function endsSoon(bytes: Uint8Array): Promise<void> {
    const start = performance.now();
    await outcome(bytes, shards);
    expect(performance.now() - start).toBeLessThan(1000);
  }

  it.each(hostile)('%s ends in one sentence wherever it is cut', async (file) => {
    const bytes = bytesOf(file);
    for (let length = 0; length < bytes.length; length += 97) await endsSoon(bytes.subarray(0, length));
  });

  it.each(hostile)('%s ends in one sentence, or is read, whichever bytes are changed', async (file) => {
    const bytes = bytesOf(file);
    const change = fc.tuple(fc.nat(bytes.length - 1), fc.oneof(fc.constantFrom(0, 1, 127, 128, 255), fc.nat(255)));
    await fc.assert(
      fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 6 }), (changes) => {
        const changed = new Uint8Array(bytes);
        for (const [at, value] of changes) changed[at] = value;
        return endsSoon(changed);
      }),
      { numRuns: 300, seed: 1 },
    );
  });

  it('a zip bomb is refused before it grows', async () => {
    const zeros = deflateRawSync(Buffer.alloc(50_000_000), { level: 9 });
    expect(await outcome(zipOf('archive/data.pkl', zeros, 50_000_000))).toMatch('claims to hold 50000000');
    // One that lies about its size ends at the first byte too many.
    expect(await outcome(zipOf('archive/data.pkl', zeros, 1000))).toMatch('become more than 1000 bytes');
    expect(await outcome(zipOf('archive/data.pkl', zeros.subarray(0, 100), 10_000_000))).toMatch('more than they can');
  });

  it('safetensors that share their bytes a thousand times are refused', async () => {
    const entry = { dtype: 'U8', shape: [1_000_000], data_offsets: [0, 1_000_000] };
    const header = JSON.stringify(Object.fromEntries(Array.from({ length: 1000 }, (_, index) => [`w${index}`, entry])));
    const bytes = new Uint8Array(8 + header.length + 1_000_000);
    new DataView(bytes.buffer).setBigUint64(0, BigInt(header.length), true);
    bytes.set(new TextEncoder().encode(header), 8);
    expect(await outcome(bytes)).toMatch('claims to hold 4000000000');
  });

  it.each(['../secret.bin', '/etc/passwd', 'a/../../b', 'C:\\b', 'https://a/b', '..', 'a//b'])(
    'a TensorFlow.js model may not name the shard %s',
    async (path) => {
      const weights = [{ name: 'w', shape: [1], dtype: 'uint8' }];
      const json = JSON.stringify({ weightsManifest: [{ paths: [path], weights }] });
      const shards = new Map([[path, Uint8Array.of(1)]]);
      expect(await outcome(new TextEncoder().encode(json), shards)).toMatch('no file of its own folder');
    },
  );
});

describe('a weight file on disk', () => {
  let home = '';
  beforeAll(async () => {
    home = await mkdtemp(join(tmpdir(), 'weights-'));
  });
  afterAll(() => rm(home, { recursive: true }));

  it('is named where it is missing, and so is a shard', async () => {
    await expect(openWeightFile(join(home, 'none.h5'))).rejects.toMatchObject({ code: 'INPUT_MISSING' });
    await writeFile(join(home, 'model.json'), fixture('tfjs/model.json'));
    await expect(openWeightFile(join(home, 'model.json'))).rejects.toThrow(/group1-shard1of2\.bin does not exist/);
    await expect(openWeightFile(home)).rejects.toMatchObject({ code: 'INPUT_UNREADABLE' });
  });

  it('is not opened outside of the folder that model.json lies in', async () => {
    const json = JSON.stringify({ weightsManifest: [{ paths: ['../../etc/passwd'], weights: [] }] });
    await writeFile(join(home, 'evil.json'), json);
    await expect(openWeightFile(join(home, 'evil.json'))).rejects.toThrow(/no file of its own folder/);
  });
});

/** A network of two initialisers, one of float32 and one of float16, written field by field. */
function onnxFile(): Uint8Array {
  const message = (number: number, bytes: readonly number[]): number[] => [number * 8 + 2, bytes.length, ...bytes];
  const text = (number: number, value: string): number[] => message(number, [...Buffer.from(value)]);
  const floats = [...new Uint8Array(Float32Array.of(1, -2, 0.5).buffer)];
  const weight = message(5, [8, 3, 16, 1, ...text(8, 'fc.weight'), ...message(9, floats)]);
  const bias = message(5, [8, 1, 16, 10, ...text(8, 'fc.bias'), ...message(9, [0, 0x3e])]);
  return Uint8Array.from([8, 8, ...message(8, [...text(1, ''), 16, 17]), ...message(7, [...weight, ...bias])]);
}

/** An archive of one entry: deflated where its size is given, else stored. */
function zipOf(name: string, content: Uint8Array, size?: number): Uint8Array {
  const head = Buffer.alloc(26);
  head.writeUInt16LE(size === undefined ? 0 : 8, 4);
  head.writeUInt32LE(content.length, 14);
  head.writeUInt32LE(size ?? content.length, 18);
  head.writeUInt16LE(name.length, 22);
  const local = Buffer.concat([Buffer.from('PK\x03\x04'), head, Buffer.from(name), content]);
  const end = Buffer.alloc(18);
  end.writeUInt16LE(1, 6);
  end.writeUInt32LE(local.length, 12);
  const entry = [Buffer.from('PK\x01\x02\0\0'), head, Buffer.alloc(14), Buffer.from(name)];
  return Buffer.concat([local, ...entry, Buffer.from('PK\x05\x06'), end]);
}
