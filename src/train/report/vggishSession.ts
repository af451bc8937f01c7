/** The frozen VGGish of a training, as a network that runs: `logmel` [1, 1, 96, 64] to `embedding` [1, 128]. */
import type { Engine, Session } from '../../engine/engine.ts';
import { input } from '../../graph/tensor.ts';
import { writeOnnx } from '../../graph/writeOnnx.ts';
import { Parameters } from '../../layers/parameters.ts';
import { vggish, vggishPatch } from '../../networks/vggish.ts';
import type { TrainingConfig } from '../run/config.ts';
import { adoptWeights, type Initial } from './initialWeights.ts';
import { presetOf } from './system.ts';

export async function openVggish(engine: Engine, config: TrainingConfig, initial: Initial): Promise<Session> {
  const parameters = new Parameters(config.seed);
  const logMel = input('logmel', [1, 1, ...vggishPatch]);
  const { embedding } = vggish({ parameters, mode: 'inference' }, logMel, presetOf(config, initial.settings).sound);
  adoptWeights(parameters, initial, config.initial);
  const bytes = writeOnnx({ embedding }, { weights: parameters.values });
  return await engine.createSession(bytes, config.threads === null ? {} : { threads: config.threads });
}
