import { describe, expect, test } from 'vitest';
import { LookhearError } from '../errors.ts';
import { type HubFolder, parseHubPicture, parseHubSound } from './hubFolder.ts';

const config = { id2label: { '0': 'wall', '1': 'bed ', '2': 'person' } };
const segformer = {
  image_processor_type: 'SegformerImageProcessor',
  do_normalize: true,
  do_reduce_labels: true,
  do_rescale: true,
  do_resize: true,
  image_mean: [0.485, 0.456, 0.406],
  image_std: [0.229, 0.224, 0.225],
  resample: 2,
  rescale_factor: 0.00392156862745098,
  size: { height: 512, width: 640 },
};
const ast = {
  feature_extractor_type: 'ASTFeatureExtractor',
  do_normalize: true,
  feature_size: 1,
  max_length: 1024,
  mean: -4.2677393,
  num_mel_bins: 128,
  padding_side: 'right',
  padding_value: 0.0,
  return_attention_mask: false,
  sampling_rate: 16000,
  std: 4.5689974,
};

function folder(preprocessor: unknown, about: unknown = config): HubFolder {
  const text = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));
  return {
    config: { name: 'm/config.json', text: text(about) },
    preprocessor: { name: 'm/preprocessor_config.json', text: text(preprocessor) },
    onnxPath: 'm/onnx/model.onnx',
  };
}

function refusal(read: () => unknown): string {
  try {
    read();
  } catch (error) {
    if (!(error instanceof LookhearError)) throw error;
    expect(error.code).toBe('MODEL_INVALID');
    expect(error.hint).toBeTruthy();
    return error.message;
  }
  throw new Error('It was accepted.');
}

describe('parseHubPicture', () => {
  test('reads what transformers writes', () => {
    expect(parseHubPicture(folder(segformer))).toEqual({
      labels: ['wall', 'bed', 'person'],
      background: null,
      width: 640,
      height: 512,
      order: 'rgb',
      scale: 0.00392156862745098,
      mean: [0.485, 0.456, 0.406],
      deviation: [0.229, 0.224, 0.225],
      onnxPath: 'm/onnx/model.onnx',
    });
  });

  test('takes the background out of the labels', () => {
    for (const name of ['background', '__background__', 'Background']) {
      const read = parseHubPicture(folder(segformer, { id2label: { '0': 'cat', '1': name, '2': 'dog' } }));
      expect(read.labels).toEqual(['cat', 'dog']);
      expect(read.background).toBe(1);
    }
  });

  test('takes every way to write the size', () => {
    const sizeOf = (settings: object): number[] => {
      const { width, height } = parseHubPicture(folder({ ...segformer, ...settings }));
      return [width, height];
    };
    expect(sizeOf({ size: 512 })).toEqual([512, 512]);
    expect(sizeOf({ size: { shortest_edge: 544 } })).toEqual([544, 544]);
    expect(sizeOf({ size: { shortest_edge: 544, longest_edge: 1333 } })).toEqual([544, 544]);
    expect(sizeOf({ size: 544, do_center_crop: true, crop_size: 512 })).toEqual([512, 512]);
    expect(sizeOf({ size: 544, do_center_crop: true, crop_size: { height: 256, width: 512 } })).toEqual([512, 256]);
    expect(sizeOf({ size: 544, do_center_crop: true })).toEqual([544, 544]);
    expect(sizeOf({ size: 544, do_center_crop: false, crop_size: 512 })).toEqual([544, 544]);
  });

  test('reads a network that takes blue first and no normalisation', () => {
    const mobileVit = {
      feature_extractor_type: 'MobileViTFeatureExtractor',
      crop_size: 512,
      do_center_crop: true,
      do_flip_channel_order: true,
      do_resize: true,
      size: 544,
    };
    const { order, scale, mean, deviation } = parseHubPicture(folder(mobileVit));
    expect({ order, mean, deviation }).toEqual({ order: 'bgr', mean: [0, 0, 0], deviation: [1, 1, 1] });
    expect(scale).toBe(1 / 255);
  });

  test('leaves out what is switched off', () => {
    const { scale, mean, deviation } = parseHubPicture(
      folder({ ...segformer, do_rescale: false, do_normalize: false }),
    );
    expect({ scale, mean, deviation }).toEqual({ scale: 1, mean: [0, 0, 0], deviation: [1, 1, 1] });
  });

  test('normalises where the means are there and nothing is said', () => {
    expect(parseHubPicture(folder({ ...segformer, do_normalize: undefined })).mean[0]).toBe(0.485);
  });

  test('takes null for what is not set', () => {
    const fast = { ...segformer, crop_size: null, do_center_crop: null, do_flip_channel_order: null };
    expect(parseHubPicture(folder(fast))).toEqual(parseHubPicture(folder(segformer)));
    expect(refusal(() => parseHubPicture(folder('null')))).toContain('expected object');
  });

  test('names the file and the field of what is missing or wrong', () => {
    const settings: readonly (readonly [unknown, string])[] = [
      ['{', 'it is not JSON'],
      ['[]', 'Invalid input: expected object, received array'],
      [{ ...segformer, size: undefined }, 'it gives no size of the picture'],
      [
        { ...segformer, size: { longest_edge: 5 } },
        'expected a number of pixels, {"height", "width"} or {"shortest_edge"} at "size"',
      ],
      [{ ...segformer, size: -1 }, 'Too small: expected number to be >=1 at "size"'],
      [{ ...segformer, image_mean: undefined }, 'it normalises, but has no "image_mean"'],
      [{ ...segformer, image_std: undefined }, 'it normalises, but has no "image_std"'],
      [{ ...segformer, image_std: [1, 0, 1] }, 'expected numbers above 0 at "image_std"'],
      [{ ...segformer, image_mean: [0.5] }, 'Too small: expected array to have exactly 3 items at "image_mean"'],
      [
        { ...segformer, do_flip_channel_order: 1 },
        'Invalid input: expected boolean, received number at "do_flip_channel_order"',
      ],
      [ast, 'it describes a sound, not a picture'],
    ];
    for (const [preprocessor, problem] of settings) {
      const message = refusal(() => parseHubPicture(folder(preprocessor)));
      expect(message).toBe(`Cannot use m/preprocessor_config.json: ${problem}.`);
    }
    const configs: readonly (readonly [unknown, string])[] = [
      ['no', 'it is not JSON'],
      [{}, 'it names no labels'],
      [{ id2label: {} }, 'it names no labels'],
      [{ id2label: ['a'] }, 'Invalid input: expected record, received array at "id2label"'],
      [{ id2label: { '0': 'a', '2': 'b' } }, '"id2label" has no name for output 1'],
      [{ id2label: { '0': 'a', '1': ' ' } }, '"id2label" has no name for output 1'],
      [{ id2label: { '0': 'a', '1': 'a' } }, '"id2label" has "a" twice'],
    ];
    for (const [about, problem] of configs) {
      expect(refusal(() => parseHubPicture(folder(segformer, about)))).toBe(`Cannot use m/config.json: ${problem}.`);
    }
  });
});

describe('parseHubSound', () => {
  const common = { labels: ['wall', 'bed', 'person'], onnxPath: 'm/onnx/model.onnx', activation: undefined };

  test("reads AST's filter banks, and their defaults", () => {
    const expected = { frontEnd: 'ast', sampleRate: 16000, bands: 128, frames: 1024, mean: -4.2677393 };
    expect(parseHubSound(folder(ast))).toEqual({ ...common, ...expected, deviation: 4.5689974 });
    expect(parseHubSound(folder({ feature_extractor_type: 'ASTFeatureExtractor' }))).toEqual(
      parseHubSound(folder(ast)),
    );
  });

  test('says what leaves the filter banks as they are', () => {
    expect(parseHubSound(folder({ ...ast, do_normalize: false }))).toMatchObject({ mean: 0, deviation: 0.5 });
  });

  test('reads a network that takes samples', () => {
    const wav2vec2 = { feature_extractor_type: 'Wav2Vec2FeatureExtractor', do_normalize: false, sampling_rate: 8000 };
    const expected = { ...common, frontEnd: 'waveform', sampleRate: 8000, normalise: false };
    expect(parseHubSound(folder(wav2vec2))).toEqual(expected);
  });

  test('leaves a front end that it does not know to the caller', () => {
    const clap = { feature_extractor_type: 'ClapFeatureExtractor', sampling_rate: 48000 };
    expect(parseHubSound(folder(clap))).toEqual({ ...common, frontEnd: undefined, sampleRate: 48000 });
    expect(parseHubSound(folder({}))).toEqual({ ...common, frontEnd: undefined, sampleRate: undefined });
  });

  test('says whether several labels may be heard at once, where the folder does', () => {
    const activationOf = (problem_type: string | null): unknown =>
      parseHubSound(folder(ast, { ...config, problem_type })).activation;
    expect(activationOf('multi_label_classification')).toBe('sigmoid');
    expect(activationOf('single_label_classification')).toBe('softmax');
    expect(activationOf(null)).toBeUndefined();
  });

  test('names the file and the field of what is wrong', () => {
    for (const [preprocessor, problem] of [
      [segformer, 'it describes a picture, not a sound'],
      [{ ...ast, sampling_rate: 44100 }, 'expected 16000, the only rate of these filter banks here at "sampling_rate"'],
      [{ ...ast, std: 0 }, 'Too small: expected number to be >0 at "std"'],
    ] as const) {
      const message = refusal(() => parseHubSound(folder(preprocessor)));
      expect(message).toBe(`Cannot use m/preprocessor_config.json: ${problem}.`);
    }
  });
});
