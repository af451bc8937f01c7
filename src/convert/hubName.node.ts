/** Names of models on the hub, `hub:OWNER/NAME`, and where each lies in the cache once it has been fetched. */
import { join } from 'node:path';
import { LookhearError } from '../errors.ts';
import { cacheFolder } from '../weights/cacheFolder.node.ts';

/** Letters, digits, dots, dashes and underscores, as the hub has them; never a path. */
const namePattern = /^hub:([A-Za-z0-9][\w.-]*)\/([A-Za-z0-9][\w.-]*)$/;

export function isHubName(text: string): boolean {
  return text.startsWith('hub:');
}

/** OWNER/NAME. Fails with USAGE where the text is no name of a model on the hub. */
export function parseHubName(text: string): string {
  const [, owner, name] = namePattern.exec(text) ?? [];
  if (owner === undefined || name === undefined || `${owner}${name}`.includes('--')) {
    throw new LookhearError('USAGE', `Expected hub:OWNER/NAME, got "${text}".`, {
      hint: 'The name stands at the top of the page of the model on the hub.',
    });
  }
  return `${owner}/${name}`;
}

/** The folder need not exist. Fails with USAGE where the text is no name of a model on the hub. */
export function hubCacheFolder(text: string): string {
  return join(hubCache(), parseHubName(text).replace('/', '--'));
}

/** The folder of all that was fetched. */
export function hubCache(): string {
  return join(cacheFolder(), 'hub');
}
