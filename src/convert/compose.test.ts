import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { chooseEngine } from '../engine/chooseEngine.node.ts';
import type { Engine } from '../engine/engine.ts';
import { handMadeOnnx } from '../engine/handMadeOnnx.fixtures.ts';
import { LookhearError } from '../errors.ts';
import { loadModel } from '../localize/loadModel.node.ts';
import { Localizer } from '../localize/localizer.ts';
import {
  blue,
  pictureWithSquare,
  red,
  tinyDescription,
  tinyPictureNetwork,
  tinySoundNetwork,
  tone,
} from '../localize/tinyModel.fixtures.ts';
import { writeHalfModelFolder, writeModelFolder } from '../weights/modelFolder.node.ts';
import { readPictureHalf, readSoundHalf } from './composeFolders.node.ts';
import { composeModel } from './composeModel.ts';
import type { SoundChoices } from './composeSound.ts';
import {
  colourNetwork,
  colours,
  filterBankNetwork,
  filterBanks,
  type HubFolderContent,
  namesOf,
  peakNetwork,
  writeHubFolder,
} from './hubFolder.fixtures.ts';
import { licenceOfReadme } from './hubOrigin.node.ts';

let folder: string;
let engine: Engine;

beforeAll(async () => {
  engine = await chooseEngine('auto');
});

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lookhear-compose-'));
});

afterEach(() => rm(folder, { recursive: true }));

const picture = async (changes: Partial<HubFolderContent> = {}) =>
  readPictureHalf(await writeHubFolder(join(folder, 'picture'), { ...colours, ...changes }), engine);

const sound = async (changes: Partial<HubFolderContent> = {}, choices: SoundChoices = {}) =>
  readSoundHalf(await writeHubFolder(join(folder, 'sound'), { ...filterBanks, ...changes }), engine, choices);

async function refusal(task: () => unknown): Promise<LookhearError> {
  try {
    await task();
  } catch (error) {
    if (!(error instanceof LookhearError)) throw error;
    expect(error.hint).toBeTruthy();
    expect(error.message).toMatch(/^.*[^.]\.$/);
    return error;
  }
  throw new Error('It was accepted.');
}

const message = async (task: () => unknown): Promise<string> =>
  (await refusal(task)).message.replaceAll(folder, 'FOLDER');

describe('the picture half', () => {
  it('is read with its grid, its input and a softmax', async () => {
    const { network, grid, provenance } = await picture();
    expect(grid).toEqual({ rows: 8, columns: 12 });
    expect(network).toMatchObject({
      width: 48,
      height: 32,
      input: 'pixel_values',
      output: 'logits',
      activation: 'softmax',
      labels: ['person', 'tree', 'car'],
      background: null,
      preprocess: { resize: 'exact', order: 'rgb', scale: 1 / 255, mean: [0.5, 0.5, 0.5], deviation: [0.5, 0.5, 0.5] },
    });
    expect(provenance).toEqual({ origin: ['picture, licence apache-2.0'], licence: 'apache-2.0' });
  });

  it('gets no softmax where the network has one', async () => {
    const input = { name: 'x', type: 'float32', dims: ['n', 3, 'h', 'w'] } as const;
    const node = { type: 'Softmax', inputs: ['x'], output: 'p', attributes: { axis: 1 } };
    const network = handMadeOnnx([input], [node], [{ name: 'p', type: 'float32', dims: ['n', 3, 'h', 'w'] }]);
    expect((await picture({ network })).network.activation).toBeUndefined();
  });

  it('counts the background among the channels', async () => {
    const half = await picture({ config: namesOf(['background', 'person', 'car']) });
    expect(half.network).toMatchObject({ labels: ['person', 'car'], background: 0 });
  });

  it('says in one sentence what does not fit', async () => {
    expect(await message(() => picture({ config: namesOf(['person', 'car']) }))).toBe(
      'Cannot use FOLDER/picture/onnx/model.onnx: it answers with "logits" [1, 3, 8, 12], expected [1, 2, rows, columns]: a channel for each of its 2 names.',
    );
    const fixed = colourNetwork({ name: 'x', type: 'float32', dims: [1, 3, 64, 64] });
    expect(await message(() => picture({ network: fixed }))).toBe(
      'Cannot use FOLDER/picture/onnx/model.onnx: its input "x" is [1, 3, 64, 64], and pictures are [1, 3, 32, 48].',
    );
    const last = colourNetwork({ name: 'x', type: 'float32', dims: ['n', 'h', 'w', 3] });
    expect(await message(() => picture({ network: last }))).toContain('with the colours last.');
    const vector = colourNetwork({ name: 'x', type: 'float32', dims: ['n', 150] });
    expect(await message(() => picture({ network: vector }))).toContain('is [n, 150], and pictures are');
    const integers = colourNetwork({ name: 'x', type: 'int64', dims: ['n', 3, 'h', 'w'] });
    expect(await message(() => picture({ network: integers }))).toContain('its input "x" is not float32.');
    expect(await message(() => picture({ network: new Uint8Array(9) }))).toMatch(/^Cannot use FOLDER.*\.$/);
    expect(await message(() => sound({ preprocessor: colours.preprocessor }))).toContain('it describes a picture');
  });

  it('takes one input alone', async () => {
    const inputs = ['pixel_values', 'pixel_mask'].map(
      (name) => ({ name, type: 'float32', dims: ['n', 3, 'h', 'w'] }) as const,
    );
    const node = { type: 'Add', inputs: ['pixel_values', 'pixel_mask'], output: 'y' };
    const network = handMadeOnnx(inputs, [node], [{ name: 'y', type: 'float32', dims: ['n', 3, 'h', 'w'] }]);
    expect(await message(() => picture({ network }))).toContain('it takes 2 inputs, "pixel_values", "pixel_mask".');
  });

  it('says so where the engine refuses the network', async () => {
    const input = { name: 'x', type: 'float32', dims: ['n', 3, 'h', 'w'] } as const;
    const node = { type: 'NoSuchOperator', inputs: ['x'], output: 'y' };
    const network = handMadeOnnx([input], [node], [{ name: 'y', type: 'float32', dims: ['n', 3, 'h', 'w'] }]);
    expect(await message(() => picture({ network }))).toContain('the engine refuses it (');
  });
});

describe('the sound half', () => {
  it('of filter banks brings its own numbers, and a sigmoid where the labels are AudioSet’s', async () => {
    const { network, provenance } = await sound();
    expect(network).toMatchObject({
      frontEnd: 'ast',
      ast: { bands: 8, frames: 100, mean: -4, deviation: 4 },
      patchSeconds: 1,
      hopSeconds: 0.5,
      input: 'input_values',
      activation: 'sigmoid',
      other: null,
    });
    expect(provenance.licence).toBe('bsd-3-clause');
  });

  it('gets a softmax where the folder says so, where the labels are others, or where it is asked for', async () => {
    const one = { ...filterBanks.config, problem_type: 'single_label_classification' };
    expect((await sound({ config: one })).network.activation).toBe('softmax');
    const others = namesOf(['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h']);
    expect((await sound({ config: others })).network.activation).toBe('softmax');
    expect((await sound({}, { activation: 'softmax' })).network.activation).toBe('softmax');
    expect((await sound({}, { activation: 'none' })).network.activation).toBeUndefined();
  });

  it('gets no sigmoid where the network has one', async () => {
    const input = { name: 'x', type: 'float32', dims: ['n', 96, 8] } as const;
    const nodes = [
      { type: 'ReduceMean', inputs: ['x'], output: 'm', attributes: { axes: [1], keepdims: 0 } },
      { type: 'Sigmoid', inputs: ['m'], output: 's' },
    ];
    const network = handMadeOnnx([input], nodes, [{ name: 's', type: 'float32', dims: ['n', 8] }]);
    const preprocessor = { ...filterBanks.preprocessor, max_length: 96 };
    expect((await sound({ network, preprocessor })).network.activation).toBeUndefined();
  });

  it('of samples takes the length that the file fixes', async () => {
    const preprocessor = { feature_extractor_type: 'Wav2Vec2FeatureExtractor', do_normalize: false };
    const config = namesOf(['yes', 'no']);
    const fixed = await sound({ preprocessor, config, network: peakNetwork(16000) });
    expect(fixed.network).toMatchObject({ frontEnd: 'waveform', patchSeconds: 1, normalise: false });
    const open = await sound({ preprocessor: { ...preprocessor, do_normalize: true }, config, network: peakNetwork() });
    expect(open.network).toMatchObject({ patchSeconds: 5, hopSeconds: 2.5 });
    expect(open.network.normalise).toBeUndefined();
    const fast = { ...preprocessor, sampling_rate: 44100 };
    expect(await message(() => sound({ preprocessor: fast, config, network: peakNetwork() }))).toContain(
      'it hears at 44100 Hz',
    );
  });

  it('asks for the front end where nothing names it', async () => {
    const preprocessor = { sampling_rate: 16000 };
    const asked = await refusal(() => sound({ preprocessor }));
    expect(asked.message).toContain(
      'says how a sound becomes its input "input_values", [batch, sequence_length, bands]',
    );
    expect(asked.hint).toContain('--front-end yamnet, vggish, mn04, ast, waveform');
    const network = filterBankNetwork({ name: 'x', type: 'float32', dims: ['n', 1024, 128] });
    const config = namesOf(Array.from({ length: 128 }, (_, index) => `label ${index}`));
    const named = await sound({ preprocessor, network, config }, { frontEnd: 'ast' });
    expect(named.network).toMatchObject({ frontEnd: 'ast', patchSeconds: 10.24, hopSeconds: 5.12 });
    expect(await message(() => sound({ preprocessor }, { frontEnd: 'vggish' }))).toBe(
      'Cannot use FOLDER/sound/onnx/model.onnx: its input "input_values" is [batch, sequence_length, bands], and sounds of the front end "vggish" are [1, 1, 96, 64].',
    );
  });

  it('says how many numbers came for how many labels', async () => {
    expect(await message(() => sound({ config: namesOf(['Dog', 'Cat']) }))).toContain(
      'it answers with "logits" [1, 8], expected [1, 2]: a number for each of its 2 labels.',
    );
  });
});

describe('a joined model', () => {
  it('relates by names and the curated table, keeps each licence, and says that nothing is calibrated', async () => {
    const { description, card, counts } = composeModel({
      name: 'both',
      picture: await picture(),
      sound: await sound(),
    });
    expect(description.licence).toBe('picture apache-2.0; sound bsd-3-clause');
    expect(description.relation.kind).toBe('table');
    // Speech is people; a dog and a cat are ADE20K's "animal", which these three are not; a car is a car.
    expect(counts).toMatchObject({ sounds: 8, sights: 3 });
    const rows = description.relation.kind === 'table' ? description.relation.rows : [];
    expect([rows[0], rows[1], rows[3], rows[5]]).toEqual([
      [1, 0, 0],
      [0, 0, 0],
      [0, 0, 1],
      [0, 0, 0],
    ]);
    expect(card).toContain('not calibrated');
    expect(card).toContain('picture, licence apache-2.0');
    // A sound heard at 0.5 and a thing seen at 0.5 are just enough; 0.05 is just not too little.
    const { slope, offset, here, absent, topCells } = description.answer;
    const presence = (score: number) => 1 / (1 + Math.exp(-(slope * Math.log(score) + offset)));
    expect(presence(0.26)).toBeGreaterThanOrEqual(here);
    expect(presence(0.24)).toBeLessThan(here);
    expect(presence(0.052)).toBeGreaterThanOrEqual(absent);
    expect(presence(0.048)).toBeLessThan(absent);
    expect(topCells).toBe(1);
  });

  it('is refused where nothing relates to anything', async () => {
    const config = namesOf(['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h']);
    const halves = { picture: await picture(), sound: await sound({ config }) };
    expect(await message(() => composeModel({ name: 'both', ...halves }))).toContain('No sound label of the one');
    const rows = Array.from({ length: 8 }, () => [0, 0, 0.5]);
    const model = composeModel({ name: 'both', ...halves, relation: { rows, origin: 'mine.json' } });
    expect(model.counts).toEqual({ sounds: 8, soundsWithSight: 8, sights: 3, sightsWithSound: 1 });
    expect(model.description.origin).toContain('relation: mine.json');
  });

  it('takes halves out of models of ours, and half models', async () => {
    const networks = { picture: tinyPictureNetwork(), sound: tinySoundNetwork() };
    await writeModelFolder(join(folder, 'whole'), tinyDescription, networks, 'card');
    const { name, version, licence, origin, picture: seeing, sound: hearing } = tinyDescription;
    const half = { name, version, licence, origin };
    await writeHalfModelFolder(join(folder, 'ears'), { ...half, sound: hearing }, { sound: networks.sound }, 'card');
    await writeHalfModelFolder(
      join(folder, 'eyes'),
      { ...half, picture: seeing },
      { picture: networks.picture },
      'card',
    );
    const seen = await readPictureHalf(join(folder, 'eyes'), engine);
    const heard = await readSoundHalf(join(folder, 'ears'), engine);
    expect(seen.grid).toEqual({ rows: 16, columns: 16 });
    const model = composeModel({ name: 'again', picture: seen, sound: heard });
    expect(model.description).toMatchObject({
      licence: 'Apache-2.0',
      relation: { kind: 'identity' },
      picture: { background: 2 },
      sound: { other: 2, frontEnd: 'mn04' },
    });
    expect((await readSoundHalf(join(folder, 'whole'), engine)).network).toEqual(heard.network);
    expect(await message(() => readPictureHalf(join(folder, 'ears'), engine))).toBe(
      'Cannot use FOLDER/ears: it is half a model and has no picture network.',
    );
  });

  it('says so where a half has no labels, or a folder no network', async () => {
    const { name, version, licence, origin, sound: hearing } = tinyDescription;
    const embedding = { name, version, licence, origin, sound: { ...hearing, labels: [] } };
    await writeHalfModelFolder(join(folder, 'embeds'), embedding, { sound: tinySoundNetwork() }, 'card');
    expect(await message(() => readSoundHalf(join(folder, 'embeds'), engine))).toContain('its output is an embedding');
    expect(await message(() => readSoundHalf(folder, engine))).toBe(
      'There is no network in FOLDER: neither config.json nor model.json.',
    );
    expect((await refusal(() => readSoundHalf('hub:nobody/nothing', engine))).hint).toContain(
      'lookhear models get hub:nobody/nothing',
    );
  });

  it('localizes by the same means as any other', async () => {
    // The tiny model's ears say "red" to low tones; the colours of the hub's folder are called alike.
    const { name, version, licence, origin, sound: hearing } = tinyDescription;
    const ears = { name, version, licence, origin, sound: hearing };
    await writeHalfModelFolder(join(folder, 'ears'), ears, { sound: tinySoundNetwork() }, 'card');
    const seen = await picture({ config: namesOf(['red', 'green', 'blue']) });
    const joined = composeModel({
      name: 'joined',
      picture: seen,
      sound: await readSoundHalf(join(folder, 'ears'), engine),
    });
    await writeModelFolder(join(folder, 'joined'), joined.description, joined.networks, joined.card);
    const localizer = new Localizer(await loadModel({ model: join(folder, 'joined') }));
    try {
      const here = await localizer.localize(pictureWithSquare(red, 0.25), tone(300));
      expect(here.answer).toBe('here');
      const peak = here.heat.data.indexOf(Math.max(...here.heat.data));
      expect([peak % 64, Math.floor(peak / 64)].every((place) => place >= 16 && place < 32)).toBe(true);
      // Grey is a third of each colour; blue is less red than that.
      const { data } = (await localizer.localize(pictureWithSquare(blue, 0.25), tone(300))).heat;
      expect(data[20 * 64 + 20]).toBeLessThan(0.6 * data[60 * 64 + 60]);
    } finally {
      await localizer.close();
    }
  });
});

describe('licenceOfReadme', () => {
  it('reads the front matter alone', () => {
    expect(licenceOfReadme('---\nlicense: mit\n---\n')).toBe('mit');
    expect(licenceOfReadme('---\r\ntags:\r\n- a\r\nlicense: "cc-by-nc-4.0"\r\n---\r\nlicense: mit')).toBe(
      'cc-by-nc-4.0',
    );
    expect(licenceOfReadme('---\nlicense: other\nlicense_name: nvidia\n---\n')).toBe('nvidia');
    expect(licenceOfReadme('---\nlicense:\n- mit\n---\n')).toBeUndefined();
    expect(licenceOfReadme('license: mit')).toBeUndefined();
  });

  it('falls back to the licence file, then to "unknown"', async () => {
    await writeHubFolder(join(folder, 'picture'), { ...colours, readme: '# none\n' });
    expect((await readPictureHalf(join(folder, 'picture'), engine)).provenance.licence).toBe('unknown');
    await writeFile(join(folder, 'picture', 'LICENSE'), '\n   Apache License\n  Version 2.0\n');
    expect((await readPictureHalf(join(folder, 'picture'), engine)).provenance.licence).toBe('Apache License');
  });
});
