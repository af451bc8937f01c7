/** Times the networks of lookhear in turn with the matrix product and with PyTorch, each in a process of its own. */
import { availableParallelism, cpus, loadavg } from 'node:os';
import { fileURLToPath } from 'node:url';
import { type ContenderProcess, openContenderProcess } from './contenderProcess.ts';
import { measure } from './measure.ts';
import type { NetworkRow, NetworksReport } from './networksReport.ts';
import { type NetworkTaskName, networkTasks } from './networkTasks.ts';
import { openPytorch } from './pytorch.ts';

/** What is in memory at the same time and takes turns; the matrix product is in every group. */
const groups: readonly (readonly NetworkTaskName[])[] = [
  ['multiply'],
  ['report', 'report-int8'],
  ['pspnet50'],
  ['vggish', 'small-picture', 'small-sound'],
  ['report-step'],
];

interface Contender {
  readonly seconds: number;
  readonly peak: number;
  readonly greeting: string;
}

/** @param wanted tasks; none for all */
export async function benchNetworks(
  wanted: readonly NetworkTaskName[],
  rounds: number,
  threads: number,
): Promise<NetworksReport> {
  const loadBefore = loadavg()[0];
  const rows: NetworkRow[] = [];
  let engine = '';
  let pytorch: string | null = null;
  for (const group of groups) {
    const names = group.filter((name) => wanted.length === 0 || wanted.includes(name));
    if (names.length === 0) continue;
    const { ours, theirs } = await benchGroup(names, rounds, threads);
    const yardstick = networkTasks.multiply.gigaoperations();
    const plain = Number(yardstick) / ours.get('multiply')!.seconds;
    engine = ours.get('multiply')!.greeting;
    for (const name of names) {
      rows.push(rowOf(name, Number(await networkTasks[name].gigaoperations()), plain, ours, theirs));
      pytorch ??= theirs.get(name)?.greeting ?? null;
    }
  }
  return {
    schema: 'lookhear/bench-networks@1',
    machine: { processor: cpus()[0].model, cores: availableParallelism(), node: process.version },
    load: [loadBefore, loadavg()[0]],
    engine,
    threads,
    rounds,
    pytorch,
    rows,
  };
}

type Results = ReadonlyMap<NetworkTaskName, Contender>;

async function benchGroup(
  names: readonly NetworkTaskName[],
  rounds: number,
  threads: number,
): Promise<{ readonly ours: Results; readonly theirs: Results }> {
  const needed = new Set<NetworkTaskName>(['multiply', ...names]);
  for (const name of names) {
    const { beside } = networkTasks[name];
    if (beside) needed.add(beside);
  }
  const ours = new Map<NetworkTaskName, ContenderProcess>();
  const theirs = new Map<NetworkTaskName, ContenderProcess>();
  for (const name of needed) {
    ours.set(name, await openOurs(name, threads));
    const { pytorchTask } = networkTasks[name];
    const peer = pytorchTask && names.includes(name) && (await openPytorch(pytorchTask, threads));
    if (peer) theirs.set(name, peer);
  }
  const sides = [
    { label: 'lookhear', contenders: ours },
    { label: 'PyTorch', contenders: theirs },
  ];
  const turns = [...needed].flatMap((name) =>
    sides.flatMap(({ label, contenders }) => {
      const contender = contenders.get(name);
      return contender ? [{ name: `${label} ${name}`, run: contender.run }] : [];
    }),
  );
  const seconds = await measure(turns, rounds);
  const results = sides.map(async ({ label, contenders }) => {
    const entries = [...contenders].map(async ([name, { greeting, peak }]) => {
      return [name, { greeting, peak: await peak(), seconds: seconds.get(`${label} ${name}`)! }] as const;
    });
    return new Map(await Promise.all(entries));
  });
  const [our, their] = await Promise.all(results);
  for (const { contenders } of sides) for (const { close } of contenders.values()) close();
  return { ours: our, theirs: their };
}

async function openOurs(name: NetworkTaskName, threads: number): Promise<ContenderProcess> {
  const script = fileURLToPath(new URL('./child.js', import.meta.url));
  const opened = await openContenderProcess(process.execPath, [script, name, String(threads)]);
  if (opened === undefined) throw new Error(`The process that should run ${name} ended before it was ready.`);
  return opened;
}

function rowOf(
  name: NetworkTaskName,
  gigaoperations: number,
  plain: number,
  ours: Results,
  theirs: Results,
): NetworkRow {
  const { text, beside, speedTarget = null, rateTarget = null } = networkTasks[name];
  const { seconds, peak } = ours.get(name)!;
  const peer = beside ? ours.get(beside) : theirs.get(name);
  const gigaflops = gigaoperations / seconds;
  return {
    name,
    text,
    seconds,
    gigaflops,
    rateShare: gigaflops / plain,
    rateTarget,
    peer: peer ? { name: beside ?? 'PyTorch', seconds: peer.seconds, peakMebibytes: peer.peak } : null,
    ratio: peer ? peer.seconds / seconds : null,
    ratioTarget: speedTarget,
    peakMebibytes: peak,
  };
}
