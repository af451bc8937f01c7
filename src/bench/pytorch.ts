/** PyTorch beside us: scripts/bench/pytorch.py in a process of its own, which does one task for each line. */
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { Contender } from './measure.ts';

export type PytorchTask = 'multiply' | 'train' | 'infer';

export interface Pytorch {
  readonly version: string;
  contender(task: PytorchTask): Contender;
  close(): void;
}

/** The batch that both sides work on; side in pixels. */
export const pictures = { count: 16, side: 128 } as const;

/** Gives nothing where there is no PyTorch: python3 of LOOKHEAR_PYTHON, of Debian, or the first on the path. */
export async function openPytorch(threads: number): Promise<Pytorch | undefined> {
  for (const python of [process.env.LOOKHEAR_PYTHON, '/usr/bin/python3', 'python3']) {
    const opened = python && (await open(python, threads));
    if (opened) return opened;
  }
  return undefined;
}

async function open(python: string, threads: number): Promise<Pytorch | undefined> {
  const script = fileURLToPath(new URL('../../scripts/bench/pytorch.py', import.meta.url));
  const sizes = [pictures.count, pictures.side, threads].map(String);
  const child = spawn(python, ['-B', script, ...sizes], {
    stdio: ['pipe', 'pipe', 'ignore'],
    env: { ...process.env, OMP_NUM_THREADS: `${threads}`, OPENBLAS_NUM_THREADS: `${threads}` },
  });
  // An absent python shows as an end of its output.
  child.on('error', () => {});
  child.stdin.on('error', () => {});
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const greeting = await lines.next();
  if (greeting.done) return undefined;
  return {
    version: greeting.value,
    contender: (task) => ({
      name: task,
      async run() {
        child.stdin.write(`${task}\n`);
        const line = await lines.next();
        if (line.done) throw new Error(`PyTorch ended while it should ${task}`);
        return Number(line.value);
      },
    }),
    close: () => child.stdin.end(),
  };
}
