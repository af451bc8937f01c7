/** `lookhear data`: what can be done with data sets, one file an action. */
import { LookhearError } from '../errors.ts';
import type { Invocation, Run } from './verb.ts';

const actions: Readonly<Record<string, () => Promise<{ readonly run: Run }>>> = {
  check: () => import('./dataCheck.ts'),
  fingerprint: () => import('./dataFingerprint.ts'),
};

export async function run(invocation: Invocation): ReturnType<Run> {
  const [name, ...inputs] = invocation.inputs;
  if (name === undefined) {
    throw new LookhearError('USAGE', 'Expected what to do with the data.', {
      hint: 'For instance: lookhear data check pairs.jsonl',
    });
  }
  const action = await actions[name]();
  return await action.run({ ...invocation, inputs });
}
