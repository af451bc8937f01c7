/** `lookhear models`: what can be done with models, one file an action. */
import { LookhearError } from '../errors.ts';
import type { Invocation, Run } from './verb.ts';

interface Action {
  /** Whether it is about one model, named behind it. */
  readonly takesModel: boolean;
  readonly load: () => Promise<{ readonly run: Run }>;
}

const actions: Readonly<Record<string, Action>> = {
  list: { takesModel: false, load: () => import('./modelsList.ts') },
  compose: { takesModel: false, load: () => import('./modelsCompose.ts') },
  get: { takesModel: true, load: () => import('./modelsGet.ts') },
  remove: { takesModel: true, load: () => import('./modelsRemove.ts') },
};

export async function run(invocation: Invocation): ReturnType<Run> {
  const [name = 'list', model] = invocation.inputs;
  const { takesModel, load } = actions[name];
  if (takesModel !== (model !== undefined)) {
    const problem = takesModel ? `Expected a model for "${name}".` : `"${name}" takes no model, got "${model}".`;
    const example = takesModel ? `lookhear models ${name} hub:OWNER/NAME` : 'lookhear models --help shows its options';
    throw new LookhearError('USAGE', problem, { hint: takesModel ? `For instance: ${example}` : `${example}.` });
  }
  const action = await load();
  return await action.run(invocation);
}
