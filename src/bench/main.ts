/**
 * `npm run bench`: how fast this machine trains and runs ResNet-18 with lookhear, beside the rate of a plain matrix
 * product, beside PyTorch where it is installed; and how fast sounds become log-mel pictures.
 */
import { availableParallelism, cpus, loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import { chooseEngine } from '../engine/chooseEngine.node.ts';
import { measure } from './measure.ts';
import { openPytorch } from './pytorch.ts';
import { formatReport, type Report, rowOf } from './report.ts';
import { openTasks } from './tasks.ts';

const usage = `Measures the speed of ResNet-18 in training and inference, beside a matrix product and PyTorch, and of log-mel pictures.

Usage: npm run bench -- [options]
  --rounds N   every task is done N times, in turn; medians count (default 7)
  --threads N  of the engine and of PyTorch (default: all cores)
  --json       print one JSON object`;

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '7' },
    threads: { type: 'string', default: String(availableParallelism()) },
    json: { type: 'boolean', default: false },
    help: { type: 'boolean', short: 'h', default: false },
  },
});

async function bench(rounds: number, threads: number): Promise<Report> {
  const loadBefore = loadavg()[0];
  const engine = await chooseEngine();
  const tasks = await openTasks(engine, threads);
  const pytorch = await openPytorch(threads);
  const seconds = await measure(
    tasks.flatMap(({ name, run, pytorchTask }) => {
      const ours = { name, run };
      return pytorch && pytorchTask ? [ours, pytorch.contender(pytorchTask)] : [ours];
    }),
    rounds,
  );
  for (const task of tasks) await task.close?.();
  pytorch?.close();
  return {
    schema: 'lookhear/bench@1',
    machine: { processor: cpus()[0].model, cores: availableParallelism(), node: process.version },
    load: [loadBefore, loadavg()[0]],
    engine: engine.name,
    threads,
    rounds,
    pytorch: pytorch?.version ?? null,
    rows: tasks.map((task) => rowOf(task, tasks[0], seconds)),
  };
}

if (values.help) console.log(usage);
else {
  const report = await bench(Number(values.rounds), Number(values.threads));
  console.log(values.json ? JSON.stringify(report) : formatReport(report));
}
