/**
 * The sound's half: from samples to P(label | patch). Training builds its input with `soundInput` too, so that the
 * network is asked about what it was trained on.
 */
import { float32Values, type Session, type TensorData } from '../engine/engine.ts';
import { LookhearError } from '../errors.ts';
import { astPicture } from '../sound/kaldiFbank.ts';
import { logMel } from '../sound/logMel.ts';
import { isSilent, loudness } from '../sound/loudness.ts';
import { cutPatches } from '../sound/patches.ts';
import { resample } from '../sound/resample.ts';
import type { Sound } from '../sound/sound.ts';
import type { Model, SoundNetwork } from '../weights/model.ts';
import { throwIfAborted } from './abort.ts';
import { activate } from './activation.ts';
import type { Heard, PatchEvidence, SoundEvidence } from './evidence.ts';

/** One patch of sound, at any rate, as the network takes it; the shapes stand in weights/model. */
export function soundInput(network: Pick<SoundNetwork, 'frontEnd' | 'ast' | 'normalise'>, patch: Sound): TensorData {
  const { frontEnd } = network;
  if (frontEnd === 'waveform') {
    const samples = resample(patch.samples, patch.sampleRate, WAVEFORM_RATE);
    const data = network.normalise === false ? samples : standardised(samples);
    return { type: 'float32', dims: [1, data.length], data };
  }
  if (frontEnd === 'ast') {
    const { shape, data } = astPicture(patch, network.ast);
    return { type: 'float32', dims: [1, ...shape], data };
  }
  const { shape, data } = logMel(frontEnd, patch);
  if (shape.length === 3 && shape[0] !== 1) {
    throw new LookhearError(
      'MODEL_INVALID',
      `A patch of the sound gives ${shape[0]} inputs of the front end "${frontEnd}", expected one.`,
      { hint: 'Set sound.patchSeconds in model.json to the length of one input (0.975 for vggish and yamnet).' },
    );
  }
  return { type: 'float32', dims: [1, 1, ...shape.slice(-2)], data };
}

/** Hertz. */
const WAVEFORM_RATE = 16000;

/** Mean 0 and variance 1, as transformers' Wav2Vec2FeatureExtractor makes them. */
function standardised(samples: Float32Array): Float32Array<ArrayBuffer> {
  const mean = samples.reduce((sum, sample) => sum + sample, 0) / samples.length;
  const variance = samples.reduce((sum, sample) => sum + (sample - mean) ** 2, 0) / samples.length;
  return Float32Array.from(samples, (sample) => (sample - mean) / Math.sqrt(variance + 1e-7));
}

/**
 * Asks the network about every patch that is not silent. Fails with INPUT_EMPTY where there are no samples, with
 * ABORTED where the signal says so, with MODEL_INVALID where the network's output has not one value for each label and
 * "other".
 */
export async function hear(
  { sound: network, silence }: Pick<Model, 'sound' | 'silence'>,
  session: Session,
  sound: Sound,
  signal?: AbortSignal,
): Promise<SoundEvidence> {
  const patches: PatchEvidence[] = [];
  for (const patch of cutPatches(sound, {
    seconds: network.patchSeconds,
    hop: network.hopSeconds,
    tail: network.tail,
  })) {
    throwIfAborted(signal);
    const piece = { sampleRate: sound.sampleRate, samples: patch.samples };
    const heard = isSilent(piece, silence.dbfs) ? null : await hearPatch(network, session, piece);
    patches.push({ start: patch.start, end: patch.end, level: loudness(patch.samples), heard });
  }
  return { seconds: sound.samples.length / sound.sampleRate, patches };
}

async function hearPatch(network: SoundNetwork, session: Session, patch: Sound): Promise<Heard> {
  const outputs = await session.run({ [network.input]: soundInput(network, patch) }, [network.output]);
  const output = float32Values(outputs, network.output);
  const values = activate(output, output.length, network.activation);
  const labels = network.labels.length;
  const expected = network.other === null ? labels : labels + 1;
  if (values.length !== expected) {
    throw new LookhearError(
      'MODEL_INVALID',
      `The sound network answers with the shape [${outputs[network.output].dims}], expected [1, ${expected}].`,
    );
  }
  return {
    probabilities: values.filter((_, index) => index !== network.other),
    other: network.other === null ? 0 : values[network.other],
  };
}
