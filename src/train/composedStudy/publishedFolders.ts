/**
 * Two networks of the folder of pretrained networks, put into the layout of the hub as their publishers might have: the
 * one that sees the report's 150 classes and the one that hears AudioSet. What they are joined from then is what
 * anybody's folders are joined from.
 */
import { copyFile, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { LookhearError } from '../../errors.ts';
import { ade20kLabels } from '../../labels/ade20k.ts';
import { yamnetLabels } from '../../labels/yamnet.ts';

interface Published {
  /** Below the folder of pretrained networks. */
  readonly network: string;
  readonly title: string;
  readonly config: object;
  readonly preprocessor: object;
}

const namesOf = (labels: readonly string[]): Record<string, string> =>
  Object.fromEntries(labels.map((label, index) => [index, label]));

const published = {
  picture: {
    network: 'deeplabv3plus_mnv2_ade20k_150/deeplab_ade20k.onnx',
    title:
      'DeepLab v3+ with MobileNetV2 on ADE20K, 8-bit weights (TensorFlow Hub, sayakpaul/deeplabv3-mobilenetv2-ade20k)',
    config: { model_type: 'deeplab', id2label: namesOf(['background', ...ade20kLabels]) },
    preprocessor: {
      image_processor_type: 'ImageProcessor',
      size: { height: 513, width: 513 },
      image_mean: [0.5, 0.5, 0.5],
      image_std: [0.5, 0.5, 0.5],
    },
  },
  sound: {
    network: 'yamnet_int8_google/yamnet.onnx',
    title: 'YAMNet on AudioSet, 8-bit weights (google-coral/coralmicro)',
    config: { model_type: 'yamnet', id2label: namesOf(yamnetLabels) },
    // It names no front end: the input and the 521 labels give YAMNet away.
    preprocessor: { sampling_rate: 16000 },
  },
} as const satisfies Record<string, Published>;

export interface HubFolders {
  readonly picture: string;
  readonly sound: string;
}

/** Fails with INPUT_MISSING where a network is not there. */
export async function writePublishedFolders(pretrained: string, into: string): Promise<HubFolders> {
  const folders = { picture: join(into, 'deeplabv3plus-ade20k'), sound: join(into, 'yamnet') };
  await writeFolder(published.picture, pretrained, folders.picture);
  await writeFolder(published.sound, pretrained, folders.sound);
  return folders;
}

async function writeFolder(source: Published, pretrained: string, folder: string): Promise<void> {
  const network = join(pretrained, source.network);
  await mkdir(join(folder, 'onnx'), { recursive: true });
  try {
    await copyFile(network, join(folder, 'onnx', 'model.onnx'));
  } catch (cause) {
    throw new LookhearError('INPUT_MISSING', `cannot read the published network ${network}`, {
      hint: 'give the folder of pretrained networks with --pretrained',
      cause,
    });
  }
  await writeFile(join(folder, 'config.json'), `${JSON.stringify(source.config, null, 2)}\n`);
  await writeFile(join(folder, 'preprocessor_config.json'), `${JSON.stringify(source.preprocessor, null, 2)}\n`);
  await writeFile(join(folder, 'README.md'), `---\nlicense: apache-2.0\n---\n# ${source.title}\n`);
}
