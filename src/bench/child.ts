/** Our side of a contender's process: node child.js TASK THREADS. What it answers is said in contenderProcess.ts. */
import { createInterface } from 'node:readline';
import { chooseEngine } from '../engine/chooseEngine.node.ts';
import { timed } from './measure.ts';
import { isNetworkTask, networkTasks } from './networkTasks.ts';

const [name, threads] = process.argv.slice(2);
if (!isNetworkTask(name))
  throw new RangeError(`Expected a task of ${Object.keys(networkTasks).join(', ')}, got ${name}.`);
const engine = await chooseEngine();
const { run } = timed(name, await networkTasks[name].open(engine, Number(threads)));
console.log(engine.name);
for await (const line of createInterface({ input: process.stdin })) {
  console.log(line === 'peak' ? process.resourceUsage().maxRSS / 1024 : await run());
}
