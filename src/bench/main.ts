/**
 * `npm run bench`: how fast this machine trains and runs ResNet-18 with lookhear, beside the rate of a plain matrix
 * product, beside PyTorch where it is installed; and how fast sounds become log-mel pictures. `networks` does the same
 * for the networks that lookhear is about, and looks at their memory; `service` puts the HTTP service under load.
 */
import { availableParallelism, cpus, loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import { chooseEngine } from '../engine/chooseEngine.node.ts';
import { type MarkedPage, openPage } from '../train/markedPage.ts';
import { runStudyCommand } from '../train/studyCommand.ts';
import type { ContenderProcess } from './contenderProcess.ts';
import { benchInt8, formatInt8Report } from './int8.ts';
import { measure } from './measure.ts';
import { benchNetworks } from './networks.ts';
import { formatNetworksReport } from './networksReport.ts';
import { isNetworkTask } from './networkTasks.ts';
import { openPytorch, type PytorchTask } from './pytorch.ts';
import { formatReport, type Report, rowOf } from './report.ts';
import { benchService, formatServiceReport } from './service.ts';
import { openTasks } from './tasks.ts';

const usage = `Measures the speed of ResNet-18 in training and inference, beside a matrix product and PyTorch, and of log-mel pictures.

Usage: npm run bench -- [options]
       npm run bench -- networks [TASK ...] [options]   the same for the networks of lookhear, with their memory
       npm run bench -- int8 --model DIR --data DIR     how far a model in 8 bits agrees with itself in float32
       npm run bench -- service                         the HTTP service under load, beside the same without HTTP
  --rounds N   every task is done N times, in turn; medians count (default 7, of networks 3);
               of service, N times a hundred requests (default 10)
  --threads N  of the engine and of PyTorch (default: all cores)
  --model DIR  model folder whose picture network is quantised
  --data DIR   pictures: 32 to calibrate with, 64 others to judge by
  --page FILE  write it into a page too, between its marks (docs/benchmarks.md)
  --json       print one JSON object`;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    rounds: { type: 'string' },
    threads: { type: 'string', default: String(availableParallelism()) },
    model: { type: 'string' },
    data: { type: 'string' },
    page: { type: 'string' },
    json: { type: 'boolean', default: false },
    help: { type: 'boolean', short: 'h', default: false },
  },
});

async function benchResnet(rounds: number, threads: number): Promise<Report> {
  const loadBefore = loadavg()[0];
  const engine = await chooseEngine();
  const tasks = await openTasks(engine, threads);
  const peers = new Map<PytorchTask, ContenderProcess>();
  for (const { pytorchTask } of tasks) {
    const peer = pytorchTask && (await openPytorch(pytorchTask, threads));
    if (peer) peers.set(pytorchTask, peer);
  }
  const seconds = await measure(
    tasks.flatMap(({ name, run, pytorchTask }) => {
      const peer = pytorchTask && peers.get(pytorchTask);
      return peer
        ? [
            { name, run },
            { name: pytorchTask, run: peer.run },
          ]
        : [{ name, run }];
    }),
    rounds,
  );
  for (const task of tasks) await task.close?.();
  for (const peer of peers.values()) peer.close();
  return {
    schema: 'lookhear/bench@1',
    machine: { processor: cpus()[0].model, cores: availableParallelism(), node: process.version },
    load: [loadBefore, loadavg()[0]],
    engine: engine.name,
    threads,
    rounds,
    pytorch: [...peers.values()][0]?.greeting ?? null,
    rows: tasks.map((task) => rowOf(task, tasks[0], seconds)),
  };
}

async function main(): Promise<string> {
  if (values.help) return usage;
  const threads = Number(values.threads);
  const [what, ...names] = positionals;
  if (what === undefined) {
    const page = await openSection('npm run bench');
    const report = await benchResnet(Number(values.rounds ?? 7), threads);
    return told(report, formatReport(report), page);
  }
  if (what === 'int8' && values.model !== undefined && values.data !== undefined) {
    const { model, data } = values;
    const report = await benchInt8({ model, data, threads, calibrationCount: 32, count: 64 });
    return told(report, formatInt8Report(report), undefined);
  }
  if (what === 'service') {
    const page = await openSection('npm run bench -- service');
    const report = await benchService(Number(values.rounds ?? 10), threads);
    return told(report, formatServiceReport(report), page);
  }
  if (what !== 'networks' || !names.every(isNetworkTask)) return usage;
  const page = await openSection('npm run bench -- networks');
  const report = await benchNetworks(names, Number(values.rounds ?? 3), threads);
  return told(report, formatNetworksReport(report), page);
}

/** The place of a bench in the page that `--page` names. */
async function openSection(command: string): Promise<MarkedPage | undefined> {
  if (values.page === undefined) return undefined;
  return openPage(values.page, { begin: `<!-- begin: ${command} -->`, end: `<!-- end: ${command} -->` });
}

async function told(report: object, text: string, page: MarkedPage | undefined): Promise<string> {
  await page?.write(`\`\`\`\n${text}\n\`\`\``);
  return values.json ? JSON.stringify(report) : text;
}

await runStudyCommand(async () => console.log(await main()));
