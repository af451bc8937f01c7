/** Update rules, in order of complexity. Each is a graph from parameter and gradient to the new parameter. */
import { add, divide, exp, multiply, sqrt, subtract } from '../graph/elementwise.ts';
import type { Tensor } from '../graph/tensor.ts';

export interface UpdateContext {
  readonly parameter: Tensor;
  readonly gradient: Tensor;
  /** As many tensors of the parameter's shape as the optimiser keeps; they begin at zero. */
  readonly state: readonly Tensor[];
  /** Scalar. */
  readonly learningRate: Tensor;
  /** Scalar: 1 at the first step. */
  readonly step: Tensor;
  /** Whether weight decay applies: to kernels, not to biases and normalisation. */
  readonly decays: boolean;
}

export interface Optimiser {
  /** Tensors kept for each parameter. */
  readonly stateCount: number;
  update(context: UpdateContext): { readonly parameter: Tensor; readonly state: readonly Tensor[] };
}

export interface SgdOptions {
  /** Default 0. */
  readonly momentum?: number;
  /** Looks ahead along the momentum (Nesterov, as in Sutskever et al. 2013); default false. */
  readonly nesterov?: boolean;
  /** Added to the gradient as decay * parameter; default 0. */
  readonly weightDecay?: number;
}

/** v = momentum v + g;  p -= rate v  (Nesterov: p -= rate (g + momentum v)), as PyTorch's SGD. */
export function sgd({ momentum = 0, nesterov = false, weightDecay = 0 }: SgdOptions = {}): Optimiser {
  return {
    stateCount: momentum > 0 ? 1 : 0,
    update: ({ parameter, gradient, state, learningRate, decays }) => {
      const g = decays && weightDecay > 0 ? add(gradient, multiply(parameter, weightDecay)) : gradient;
      if (momentum === 0) return { parameter: subtract(parameter, multiply(g, learningRate)), state: [] };
      const velocity = add(multiply(state[0], momentum), g);
      const direction = nesterov ? add(g, multiply(velocity, momentum)) : velocity;
      return { parameter: subtract(parameter, multiply(direction, learningRate)), state: [velocity] };
    },
  };
}

export interface AdamWOptions {
  /** Default 0.9. */
  readonly beta1?: number;
  /** Default 0.999. */
  readonly beta2?: number;
  /** Default 1e-8. */
  readonly epsilon?: number;
  /** Taken off the parameter as rate * decay * parameter, apart from the gradient; default 0.01. */
  readonly weightDecay?: number;
}

/** Adam with decoupled weight decay (Loshchilov and Hutter 2019). */
export function adamW({
  beta1 = 0.9,
  beta2 = 0.999,
  epsilon = 1e-8,
  weightDecay = 0.01,
}: AdamWOptions = {}): Optimiser {
  const correction = (beta: number, step: Tensor): Tensor => subtract(1, exp(multiply(step, Math.log(beta))));
  return {
    stateCount: 2,
    update: ({ parameter, gradient, state, learningRate, step, decays }) => {
      const first = add(multiply(state[0], beta1), multiply(gradient, 1 - beta1));
      const second = add(multiply(state[1], beta2), multiply(multiply(gradient, gradient), 1 - beta2));
      const rate = divide(learningRate, correction(beta1, step));
      const deviation = add(divide(sqrt(second), sqrt(correction(beta2, step))), epsilon);
      const moved = subtract(parameter, multiply(divide(first, deviation), rate));
      const decay = multiply(learningRate, weightDecay);
      return {
        parameter: decays && weightDecay > 0 ? subtract(moved, multiply(parameter, decay)) : moved,
        state: [first, second],
      };
    },
  };
}
