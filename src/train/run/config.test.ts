import { describe, expect, it } from 'vitest';
import { configTable, describeConfig, parseConfig, printConfig } from './config.ts';

const parse = (value: unknown, overrides = {}) => parseConfig(JSON.stringify(value), 'train.json', overrides);

describe('a training config', () => {
  it('is complete with nothing in it: the defaults are those of the report', () => {
    expect(parse({})).toMatchObject({
      preset: 'report',
      size: 473,
      width: 64,
      pyramidWidth: 512,
      batch: 15,
      microBatch: 3,
      epochs: 30,
      optimiser: { kind: 'sgd', learningRate: 0.001, momentum: 0.9, nesterov: true, weightDecay: 0 },
      schedule: 'constant',
      objective: 'supervised',
      freezeSound: true,
      seed: 1,
      threads: null,
    });
  });

  it('has a second optimiser, with defaults of its own', () => {
    const { optimiser } = parse({ optimiser: { kind: 'adamW', learningRate: 0.01 } });
    expect(optimiser).toEqual({
      kind: 'adamW',
      learningRate: 0.01,
      beta1: 0.9,
      beta2: 0.999,
      epsilon: 1e-8,
      weightDecay: 0.01,
    });
  });

  it('is printed so that it reads back the same', () => {
    const config = parse({ size: 233, optimiser: { kind: 'adamW' }, threads: 2 });
    expect(parseConfig(printConfig(config), 'printed')).toEqual(config);
    expect(parseConfig(printConfig(), 'printed')).toEqual(parse({}));
  });

  it.each([
    [{ size: 472 }, '"size" must be a multiple of 8 plus 1, got 472'],
    [{ batch: 0 }, '"batch" must be at least 1, got 0'],
    [{ batch: 15, microBatch: 4 }, '"microBatch" must be a divisor of batch, 15, got 4'],
    [{ epochs: 2.5 }, '"epochs" must be a whole number, got 2.5'],
    [{ epochs: 'many' }, '"epochs" must be a number, got "many"'],
    [{ dropout: 1 }, '"dropout" must be less than 1, got 1'],
    [{ mirror: 'no' }, '"mirror" must be true or false, got "no"'],
    [{ data: '' }, '"data" must be a text that is not empty, got ""'],
    [{ schedule: 'linear' }, '"schedule" must be one of constant, cosine, poly, got "linear"'],
    [{ optimiser: { kind: 'lion' } }, '"optimiser.kind" must be sgd or adamW, got "lion"'],
    [{ optimiser: { learningRate: -1 } }, '"optimiser.learningRate" must be more than 0, got -1'],
    [{ optimiser: 'sgd' }, '"optimiser" must be an object, got "sgd"'],
    [{ optimiser: { kind: 'adamW', momentum: 0.9 } }, 'there is no field "optimiser.momentum"'],
    [{ sise: 473 }, 'there is no field "sise"'],
  ])('refuses %j in one sentence', (value, problem) => {
    expect(() => parse(value)).toThrow(
      expect.objectContaining({ code: 'USAGE', message: `Cannot use train.json: ${problem}.` }),
    );
  });

  it.each(['{', '[]', 'null', '3'])('refuses a file that holds %s', (text) => {
    expect(() => parseConfig(text, 'train.json')).toThrow(expect.objectContaining({ code: 'INPUT_CORRUPT' }));
  });
});

describe('what the command line overrides', () => {
  it('wins over the file, inside an object too, and leaves the rest', () => {
    const config = parse({ epochs: 2, optimiser: { momentum: 0.5 } }, { epochs: 3, 'optimiser.learningRate': 0.01 });
    expect(config.epochs).toBe(3);
    expect(config.optimiser).toMatchObject({ kind: 'sgd', momentum: 0.5, learningRate: 0.01 });
  });

  it('is checked like the file', () => {
    expect(() => parse({}, { 'optimiser.speed': 3 })).toThrow('there is no field "optimiser.speed"');
    expect(() => parse({}, { 'constructor.prototype.x': 3 })).toThrow('there is no field "constructor"');
  });
});

describe('the table of fields', () => {
  it('gives every field of the defaults a meaning', () => {
    const rows = describeConfig();
    const { optimiser, ...others } = parse({});
    const fields = [...Object.keys(others), ...Object.keys(optimiser).map((field) => `optimiser.${field}`)];
    expect(rows.map(({ field }) => field).toSorted()).toEqual(fields.toSorted());
    for (const { field, meaning } of rows) expect(meaning, field).toMatch(/\S/);
    expect(rows.find(({ field }) => field === 'schedule')).toMatchObject({
      value: '"constant"',
      choices: ['constant', 'cosine', 'poly'],
    });
  });

  it('shows the values of a run, one field a line', () => {
    const config = parse({ epochs: 7, optimiser: { kind: 'adamW' } });
    const table = configTable(describeConfig(config));
    expect(table).toMatch(/^epochs +7 +times that every training pair is seen$/m);
    expect(table).toMatch(/^optimiser\.kind +"adamW" +Adam with decoupled weight decay \(sgd, adamW\)$/m);
  });
});
