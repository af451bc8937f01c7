#!/usr/bin/env node
/**
 * The command `lookhear`: reads the words, runs the verb, turns failures into two lines and an exit code. Only this
 * file touches the process: its signals, its pipes and its exit code.
 */
import { reportFailure } from './failure.ts';
import { packageVersion } from './packageVersion.ts';
import { parse } from './program.ts';

/** What stands where no verb is given: what it is and how to begin. */
const welcome = `lookhear: give it a picture and a sound; it shows which pixels make the sound, or says that none do.

  lookhear demo                          try it on the samples, offline
  lookhear localize yard.jpg bark.mp3    writes yard-heat.png and says what it found
  lookhear hear bark.mp3                 only what is heard; "see" for what is seen
  lookhear --help                        everything else`;

/** Whoever read our output has gone (`| head`): there is nobody left to tell, which is no failure. */
function endQuietly(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EPIPE') throw error;
  process.exit(0);
}

async function main(words: readonly string[]): Promise<number> {
  const stop = new AbortController();
  process.on('SIGINT', () => {
    // Once is gentle: the verb ends after its current step. Twice is now.
    if (stop.signal.aborted) process.exit(130);
    stop.abort();
  });
  // Until the words are parsed, they are all there is to tell how a failure shall look.
  let voice = { verbose: words.includes('-v') || words.includes('--verbose'), json: words.includes('--json') };
  try {
    if (words.length === 0) {
      console.log(welcome);
      return 0;
    }
    const request = parse(words, packageVersion());
    if (request.kind === 'answered') return 0;
    const { verb, invocation } = request;
    voice = { verbose: invocation.options.verbose === true, json: invocation.options.json === true };
    const { run } = await verb.load();
    if (verb.isService) process.once('SIGTERM', () => stop.abort());
    return await run({ ...invocation, signal: stop.signal });
  } catch (error) {
    return reportFailure(error, voice);
  }
}

process.stdout.on('error', endQuietly);
process.stderr.on('error', endQuietly);
process.exitCode = await main(process.argv.slice(2));
