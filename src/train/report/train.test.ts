import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { isEngine } from '../../engine/chooseEngine.node.ts';
import { openNativeEngine } from '../../engine/native.node.ts';
import { readManifestOf } from '../../evaluate/trainingManifestFile.ts';
import { readModelFolder } from '../../weights/modelFolder.node.ts';
import { parseConfig } from '../run/config.ts';
import { readMetrics } from '../run/metrics.ts';
import { type TrainingEvent, train } from './train.ts';
import { writeSquarePairs } from './trainingPairs.fixtures.ts';

vi.setConfig({ testTimeout: 240_000, hookTimeout: 60_000 });

const engine = await openNativeEngine();
let scratch = '';
beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'lookhear-train-'));
  await writeSquarePairs(join(scratch, 'pairs'), 12);
});
afterAll(async () => {
  await rm(scratch, { recursive: true });
});

const tiny = { size: 49, width: 4, pyramidWidth: 16, soundWidth: 4, batch: 4, microBatch: 2, threads: 1 };

async function run(out: string, fields: Record<string, unknown>, stopAt?: number): Promise<TrainingEvent[]> {
  if (!isEngine(engine)) throw new Error('no native engine');
  const stop = new AbortController();
  const events: TrainingEvent[] = [];
  const config = parseConfig('{}', 'test', {
    data: join(scratch, 'pairs'),
    out: join(scratch, out),
    ...tiny,
    ...fields,
  });
  const onEvent = (event: TrainingEvent): void => {
    events.push(event);
    if (event.kind === 'step' && event.step === stopAt) stop.abort(new Error('stopped'));
  };
  await train({ config, engine, version: '0.0.0', signal: stop.signal, onEvent });
  return events;
}

const file = (out: string, name: string): Promise<Buffer> => readFile(join(scratch, out, name));

describe.skipIf(!isEngine(engine))('training the report', () => {
  it('learns which square sounds, better than the centre prior, and leaves a run that can be looked at', async () => {
    const learnt = {
      epochs: 40,
      optimiser: { kind: 'adamW', learningRate: 0.005 },
      schedule: 'cosine',
      validationShare: 0.34,
      mirror: false,
      dropout: 0,
      mapsPerEpoch: 1,
    };
    const events = await run('learnt', learnt);
    const entries = await readMetrics(join(scratch, 'learnt', 'metrics.jsonl'));
    const first = entries[0];
    const last = entries.at(-1)!;
    expect(last.loss).toBeLessThan(first.loss / 3);
    const { auc } = last.validation!;
    expect(auc.value).toBeGreaterThan(auc.baseline!.value + 0.1);
    expect(events.filter(({ kind }) => kind === 'validation').length).toBe(40);

    const names = await readdir(join(scratch, 'learnt'), { recursive: true });
    for (const name of ['config.json', 'run.json', 'metrics.jsonl', 'curves.svg', 'index.html', 'model/model.json']) {
      expect(names).toContain(name);
    }
    expect(names.some((name) => /^events\/events\.out\.tfevents/.test(name))).toBe(true);
    expect(names).toContain('maps/epoch-040-1.png');
    const card = await file('learnt', 'model/card.md');
    expect(card.toString()).toContain('On 4 pairs that were not trained on');
    await run('learnt', learnt);
    expect((await file('learnt', 'model/card.md')).equals(card)).toBe(true);
    const { model } = await readModelFolder(join(scratch, 'learnt', 'model'));
    expect([model.picture.width, model.sound.frontEnd, model.preset]).toEqual([49, 'vggish', 'report']);
    const listed = await readManifestOf(join(scratch, 'learnt', 'model'));
    expect([listed?.pictures.length, listed?.sounds.length]).toEqual([8, 8]);
  });

  it('ends with the same weights when it was stopped twice on the way', async () => {
    const fields = { epochs: 2, validationShare: 0, optimiser: { kind: 'sgd' } };
    await run('whole', fields);
    await expect(run('stopped', fields, 2)).rejects.toThrow('stopped');
    await expect(run('stopped', fields, 5)).rejects.toThrow('stopped');
    await run('stopped', fields);
    for (const name of ['checkpoints/step-6.safetensors', 'model/picture.onnx', 'model/sound.onnx']) {
      expect((await file('stopped', name)).equals(await file('whole', name)), name).toBe(true);
    }
  });

  it.each(['unsupervised', 'semi-supervised'])('takes a step by the objective %s', async (objective) => {
    const events = await run(objective, { epochs: 1, validationShare: 0, objective });
    expect(events.some((event) => event.kind === 'step' && Number.isFinite(event.loss))).toBe(true);
  });

  it('trains VGGish too where it is asked to', async () => {
    await run('both', { epochs: 1, validationShare: 0, freezeSound: false });
    const sound = await file('both', 'model/sound.onnx');
    await run('frozen', { epochs: 1, validationShare: 0 });
    expect(sound.equals(await file('frozen', 'model/sound.onnx'))).toBe(false);
  });

  it('goes on from the weights of a model folder', async () => {
    const initial = join(scratch, 'frozen', 'model');
    await run('further', { epochs: 1, validationShare: 0, initial });
    await expect(run('wider', { epochs: 1, validationShare: 0, initial, width: 8 })).rejects.toThrow(
      /Cannot begin from .*values, this network's/,
    );
  });
});
