/** PyTorch beside us: scripts/bench/pytorch.py, one task in each process. */
import { fileURLToPath } from 'node:url';
import { type ContenderProcess, openContenderProcess } from './contenderProcess.ts';

/** Of ResNet-18: `multiply`, `train`, `infer`; the others are networks of lookhear under the names of our tasks. */
export type PytorchTask = 'multiply' | 'train' | 'infer' | 'report' | 'pspnet50' | 'vggish' | 'report-step';

/** The batch that both sides work on with ResNet-18; side in pixels. */
export const pictures = { count: 16, side: 128 } as const;

/** Gives nothing where there is no PyTorch: python3 of LOOKHEAR_PYTHON, of Debian, or the first on the path. */
export async function openPytorch(task: PytorchTask, threads: number): Promise<ContenderProcess | undefined> {
  const script = fileURLToPath(new URL('../../scripts/bench/pytorch.py', import.meta.url));
  const args = ['-B', script, task, ...[threads, pictures.count, pictures.side].map(String)];
  const env = { ...process.env, OMP_NUM_THREADS: `${threads}`, OPENBLAS_NUM_THREADS: `${threads}` };
  for (const python of [process.env.LOOKHEAR_PYTHON, '/usr/bin/python3', 'python3']) {
    const opened = python && (await openContenderProcess(python, args, { env, isOptional: true }));
    if (opened) return opened;
  }
  return undefined;
}
