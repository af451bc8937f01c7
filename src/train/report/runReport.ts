/** What a run leaves for people: metrics, curves, a page, maps of some pairs after every epoch, events for TensorBoard. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { drawFigure } from '../../media/figure.ts';
import { readPicture } from '../../media/readPicture.ts';
import { encodePicture } from '../../media/writePicture.ts';
import type { TrainingConfig } from '../run/config.ts';
import { type EpochPicture, plotRun, runPage } from '../run/curves.ts';
import { eventFileName, startEventFile } from '../run/eventFile.ts';
import type { MetricsEntry } from '../run/metrics.ts';
import type { RunFacts, RunFolder } from '../run/runFolder.ts';
import type { ScoredPair } from './validate.ts';

export interface RunReport {
  log(entry: MetricsEntry): Promise<void>;
  /** @param epoch epochs done */
  epoch(epoch: number, maps: readonly ScoredPair[]): Promise<void>;
}

const PICTURES = 'maps/pictures.json';

export async function startReport(options: {
  readonly folder: RunFolder;
  readonly config: TrainingConfig;
  readonly facts: RunFacts;
  readonly firstStep: number;
}): Promise<RunReport> {
  const { folder, config, facts, firstStep } = options;
  const name = `events/${eventFileName(new Date())}`;
  const events = await startEventFile({ append: (bytes) => folder.append(name, bytes), firstStep });
  const pictures = new Map((await readPictures(folder)).map((picture) => [picture.file, picture]));

  return {
    async log(entry) {
      await folder.appendMetrics(entry);
      const { step, loss, learningRate, validation = {} } = entry;
      const scores = Object.entries(validation).map(([score, { value }]) => [`validation/${score}`, value]);
      await events.scalars(step, { loss, 'learning rate': learningRate, ...Object.fromEntries(scores) });
      const entries = await folder.metrics();
      await folder.write('curves.svg', plotRun(entries));
      const title = `${config.preset}, ${config.objective}`;
      await folder.write('index.html', runPage({ title, config, facts, entries, pictures: [...pictures.values()] }));
    },
    async epoch(epoch, maps) {
      for (const [index, { pair, map }] of maps.slice(0, config.mapsPerEpoch).entries()) {
        const figure = await drawFigure({
          picture: await readPicture(pair.image),
          // The scale of the report's figures is the map's own: in training everything is faint at first.
          heat: { ...map, data: stretched(map.data) },
          title: `${pair.id}, epoch ${epoch}`,
        });
        const png = await encodePicture(figure, 'png');
        const file = `maps/epoch-${`${epoch}`.padStart(3, '0')}-${index + 1}.png`;
        await folder.write(file, png);
        const peak = Math.max(0, ...maxima(map.data)).toFixed(3);
        pictures.set(file, { epoch, file, caption: `${pair.id}, brightest pixel ${peak}` });
        await events.picture(epoch, `maps/${pair.id}`, png);
      }
      await folder.write(PICTURES, JSON.stringify([...pictures.values()]));
    },
  };
}

async function readPictures(folder: RunFolder): Promise<EpochPicture[]> {
  const text = await readFile(join(folder.path, PICTURES), 'utf8').catch(() => '[]');
  return JSON.parse(text) as EpochPicture[];
}

function* maxima(values: Float32Array): Generator<number> {
  for (let start = 0; start < values.length; start += 4096) yield Math.max(...values.subarray(start, start + 4096));
}

function stretched(values: Float32Array): Float32Array {
  const peak = Math.max(1e-6, ...maxima(values));
  return values.map((value) => value / peak);
}
