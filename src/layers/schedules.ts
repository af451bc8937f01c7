/** Learning rates over the course of a training: functions from the step, counted from 0, to the rate. */

export type Schedule = (step: number) => number;

export const constantSchedule =
  (rate: number): Schedule =>
  () =>
    rate;

/** Multiplies the rate by `factor` at each of the given steps. */
export const stepSchedule =
  (options: { readonly rate: number; readonly at: readonly number[]; readonly factor: number }): Schedule =>
  (step) =>
    options.rate * options.factor ** options.at.filter((boundary) => step >= boundary).length;

/** rate * (1 - step / steps)^power, as PSPNet and DeepLab train; power is 0.9 by default. */
export const polySchedule =
  (options: { readonly rate: number; readonly steps: number; readonly power?: number }): Schedule =>
  (step) =>
    options.rate * Math.max(0, 1 - step / options.steps) ** (options.power ?? 0.9);

/** Rises in a straight line for `warmUp` steps, then falls to 0 along half a cosine (Loshchilov and Hutter 2017). */
export const cosineSchedule =
  (options: { readonly peak: number; readonly steps: number; readonly warmUp?: number }): Schedule =>
  (step) => {
    const { peak, steps, warmUp = 0 } = options;
    if (step < warmUp) return (peak * (step + 1)) / warmUp;
    return (peak * (1 + Math.cos(Math.PI * Math.min(1, (step - warmUp) / (steps - warmUp))))) / 2;
  };
