/**
 * A contender in a process of its own, so that the memory which it takes is known and nobody else's. It greets with one
 * line when it is ready; then answers each line `run` with the seconds that its task took, and `peak` with the most
 * memory that it has had so far, in MiB.
 */
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

export interface ContenderProcess {
  /** Name or version of what works there. */
  readonly greeting: string;
  run(): Promise<number>;
  peak(): Promise<number>;
  close(): void;
}

export interface ContenderProcessOptions {
  readonly env?: NodeJS.ProcessEnv;
  /** Whether its failure is no news: a program that may be absent. Default false. */
  readonly isOptional?: boolean;
}

/** Gives nothing where the program is absent or ends before it is ready. */
export async function openContenderProcess(
  command: string,
  args: readonly string[],
  { env = process.env, isOptional = false }: ContenderProcessOptions = {},
): Promise<ContenderProcess | undefined> {
  const child = spawn(command, args, { stdio: ['pipe', 'pipe', isOptional ? 'ignore' : 'inherit'], env });
  // An absent program shows as an end of its output.
  child.on('error', () => {});
  child.stdin.on('error', () => {});
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const greeting = await lines.next();
  if (greeting.done) return undefined;
  const ask = async (line: string): Promise<number> => {
    child.stdin.write(`${line}\n`);
    const answer = await lines.next();
    if (answer.done) throw new Error(`${command} ${args.join(' ')} ended while it should ${line}.`);
    return Number(answer.value);
  };
  return {
    greeting: greeting.value,
    run: () => ask('run'),
    peak: () => ask('peak'),
    close: () => child.stdin.end(),
  };
}
