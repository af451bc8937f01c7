/**
 * `lookhear models get`: a network of the hub into the cache. Licence, origin and size are shown first; on a terminal
 * it waits for a yes, elsewhere it wants --yes.
 */
import { mkdir, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { createInterface } from 'node:readline/promises';
import { downloadHubModel, totalBytes } from '../convert/hubDownload.node.ts';
import { type HubListing, listHubModel } from '../convert/hubListing.node.ts';
import { hubCacheFolder, parseHubName } from '../convert/hubName.node.ts';
import { readFetched } from '../convert/hubOrigin.node.ts';
import { LookhearError } from '../errors.ts';
import type { OptionValues } from './options.ts';
import { checkOutputFolder } from './outputFolder.ts';
import { checkOutputs } from './outputs.ts';
import { startProgress } from './progress.ts';
import type { Invocation } from './verb.ts';
import { isForPeople, jsonFile, writeJson } from './writeJson.ts';

export async function run({ inputs: [, name], options, signal }: Invocation): Promise<0> {
  const repository = parseHubName(name);
  const folder = options.out ?? hubCacheFolder(name);
  const force = options.force === true;
  await checkOutputs([jsonFile(options)], { force, inputs: [] });
  const listing = await listHubModel({ repository, revision: options.revision, signal });
  const there = await readFetched(folder);
  if (!force && there?.repository === repository && there.revision === listing.revision) {
    await tell(listing, folder, 'is there already', options);
    return 0;
  }
  if (options.out === undefined) await mkdir(dirname(folder), { recursive: true });
  // --force replaces what was fetched, and nothing else: a slip in --out must not cost a folder of somebody's own.
  if (there === undefined || !force) await checkOutputFolder(folder, false);
  await ask(listing, folder, options, signal);
  await download(listing, folder, signal, options);
  await tell(listing, folder, 'fetched', options);
  return 0;
}

async function ask(listing: HubListing, folder: string, options: OptionValues, signal: AbortSignal): Promise<void> {
  const { repository, revision, licence, page, files } = listing;
  if (options.yes !== true || isForPeople(options)) {
    const rows: [string, string][] = [
      ['model', `${repository}, ${page}`],
      ['revision', revision],
      ['licence', licence],
      ['fetches', `${files.map(({ path }) => path).join(', ')}: ${megabytes(totalBytes(listing))} MB`],
      ['into', folder],
    ];
    console.error(rows.map(([what, text]) => `  ${what.padEnd(12)} ${text}`).join('\n'));
  }
  if (options.yes === true) return;
  if (!process.stdin.isTTY || !process.stderr.isTTY) {
    throw new LookhearError('USAGE', `Fetching ${repository} under the licence "${licence}" needs your yes.`, {
      hint: 'Look at the lines above, then add --yes.',
    });
  }
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  // While it waits, the terminal keeps Ctrl-C for itself; and where the input ends, no answer will ever come.
  const gone = new AbortController();
  terminal.once('SIGINT', () => gone.abort());
  terminal.once('close', () => gone.abort());
  try {
    const answer = await terminal.question('  Fetch it under that licence? [y/N] ', {
      signal: AbortSignal.any([signal, gone.signal]),
    });
    if (!/^y(es)?$/i.test(answer.trim())) throw new LookhearError('ABORTED', 'Nothing was fetched.');
  } finally {
    terminal.close();
  }
}

async function download(
  listing: HubListing,
  folder: string,
  signal: AbortSignal,
  { quiet }: OptionValues,
): Promise<void> {
  const progress = startProgress({ what: 'fetch', unit: 'MB', total: Math.ceil(totalBytes(listing) / 1e6) });
  let shown = 0;
  const onProgress = (done: number): void => {
    for (; !quiet && shown < Math.floor(done / 1e6); shown++) progress.advance();
  };
  try {
    // The new one arrives beside the old one, which goes when all is there.
    const beforeRename = (): Promise<void> => rm(folder, { recursive: true, force: true });
    await downloadHubModel(listing, folder, { signal, onProgress, beforeRename });
  } finally {
    progress.end();
  }
}

async function tell(listing: HubListing, folder: string, what: string, options: OptionValues): Promise<void> {
  const { repository, revision, licence } = listing;
  await writeJson(
    {
      schema: 'lookhear/fetched@1',
      name: `hub:${repository}`,
      revision,
      licence,
      path: folder,
      bytes: totalBytes(listing),
    },
    options,
  );
  if (!isForPeople(options)) return;
  console.log(`  ${what.padEnd(12)} ${folder}`);
  console.log('  next         lookhear models compose --picture DIR --sound DIR --out MODEL');
}

const megabytes = (bytes: number): string => (bytes / 1e6).toFixed(1);
