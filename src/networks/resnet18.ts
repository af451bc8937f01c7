/**
 * ResNet-18 (He et al. 2016), as torchvision builds it: 3 x 3 convolutions in pairs, each pair added to what went in;
 * the second to fourth stages halve the map. 11.7 million parameters with 1000 classes.
 */
import { add, relu } from '../graph/elementwise.ts';
import { reshape } from '../graph/movement.ts';
import { globalAveragePool, maxPool } from '../graph/pooling.ts';
import type { Tensor } from '../graph/tensor.ts';
import { type BlockContext, batchNorm, convolution } from '../layers/blocks.ts';

interface Stage {
  readonly name: string;
  readonly width: number;
  /** Of the first block. */
  readonly stride: 1 | 2;
}

const stages: readonly Stage[] = [
  { name: 'layer1', width: 64, stride: 1 },
  { name: 'layer2', width: 128, stride: 2 },
  { name: 'layer3', width: 256, stride: 2 },
  { name: 'layer4', width: 512, stride: 2 },
];

/**
 * @param picture [N, 3, H, W], mean and deviation of ImageNet's channels taken off
 * @returns logits [N, classes]
 */
export function resnet18(context: BlockContext, picture: Tensor, classes = 1000): Tensor {
  const { stride32 } = resnet18Features(context, picture);
  // As a 1 x 1 convolution, so that fc.weight keeps torchvision's layout [classes, 512].
  const logits = convolution(context, 'fc', globalAveragePool(stride32), classes);
  return reshape(logits, [picture.shape[0], classes]);
}

/** The maps behind each stage but the first: 128, 256 and 512 channels at strides 8, 16 and 32. */
export function resnet18Features(
  context: BlockContext,
  picture: Tensor,
): { readonly stride8: Tensor; readonly stride16: Tensor; readonly stride32: Tensor } {
  const stem = convolution(context, 'conv1', picture, 64, {
    kernel: 7,
    strides: [2, 2],
    pads: [3, 3, 3, 3],
    bias: false,
  });
  const pool = { kernel: [3, 3], strides: [2, 2], pads: [1, 1, 1, 1] } as const;
  let x = maxPool(relu(batchNorm(context, 'bn1', stem)), pool);
  const [, stride8, stride16, stride32] = stages.map(({ name, width, stride }) => {
    x = basicBlock(context, `${name}.0`, x, width, stride);
    x = basicBlock(context, `${name}.1`, x, width, 1);
    return x;
  });
  return { stride8, stride16, stride32 };
}

function basicBlock(context: BlockContext, name: string, x: Tensor, width: number, stride: 1 | 2): Tensor {
  const part = (index: 1 | 2, input: Tensor, step: 1 | 2): Tensor => {
    const options = { kernel: 3, strides: [step, step], bias: false } as const;
    return batchNorm(
      context,
      `${name}.bn${index}`,
      convolution(context, `${name}.conv${index}`, input, width, options),
    );
  };
  const residual = part(2, relu(part(1, x, stride)), 1);
  if (stride === 1 && x.shape[1] === width) return relu(add(residual, x));
  const options = { strides: [stride, stride], bias: false } as const;
  const shortcut = convolution(context, `${name}.downsample.0`, x, width, options);
  return relu(add(residual, batchNorm(context, `${name}.downsample.1`, shortcut)));
}

const torchNames: Readonly<Record<string, string>> = {
  gamma: 'weight',
  beta: 'bias',
  mean: 'running_mean',
  variance: 'running_var',
};

/** What torchvision's state_dict calls a parameter: `layer1.0.bn1/gamma` is `layer1.0.bn1.weight`. */
export function torchvisionName(parameter: string): string {
  const [path, kind] = parameter.split('/');
  return `${path}.${torchNames[kind] ?? kind}`;
}
