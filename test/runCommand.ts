/** Runs the built command as a process, the way other programs meet it. */
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';

export const command = fileURLToPath(new URL('../dist/cli/main.js', import.meta.url));

export interface Outcome {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** @param environment all that the process knows of its surroundings */
export function runCommand(words: readonly string[], cwd: string, environment: NodeJS.ProcessEnv): Promise<Outcome> {
  const options = { cwd, env: { ...environment, NO_COLOR: '1' }, maxBuffer: 2 ** 26 };
  return new Promise((resolve) => {
    execFile(process.execPath, [command, ...words], options, (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : typeof error.code === 'number' ? error.code : null, stdout, stderr });
    });
  });
}
