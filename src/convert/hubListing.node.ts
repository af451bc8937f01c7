/**
 * What there is to fetch of a model on the Hugging Face hub: the files that lookhear uses, their sizes and checksums,
 * and the licence, which people are shown before anything is downloaded.
 */
import type { ListFileEntry } from '@huggingface/hub';
import { LookhearError } from '../errors.ts';
import { unknownLicence } from './hubOrigin.node.ts';

export interface HubSource {
  /** OWNER/NAME */
  readonly repository: string;
  /** Branch, tag or commit. Unset: `main`. */
  readonly revision?: string | undefined;
  /** Unset: the environment's HF_ENDPOINT, else https://huggingface.co. */
  readonly hubUrl?: string | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface HubFile {
  /** Below the repository's root. */
  readonly path: string;
  readonly bytes: number;
  /** Large files have a SHA-256, others the SHA-1 that git gives a blob. */
  readonly checksum: { readonly kind: 'sha256' | 'git'; readonly value: string };
}

export interface HubListing {
  readonly repository: string;
  /** The commit, so that all files are of one moment. */
  readonly revision: string;
  readonly licence: string;
  /** Its page, for people. */
  readonly page: string;
  readonly hubUrl: string;
  readonly files: readonly HubFile[];
}

/** Texts that go along where they exist. */
const papers = /^(readme\.md|licen[sc]e(\.(md|txt))?|notice(\.(md|txt))?|copying)$/i;
const configs = ['config.json', 'preprocessor_config.json'] as const;
const networks = ['onnx/model.onnx', 'model.onnx'] as const;
/** More than any text of a model needs: what claims more is something else. */
const largestText = 4 * 2 ** 20;

/**
 * Asks the hub. Fails with MODEL_MISSING where it cannot be reached, with INPUT_MISSING where it has no such model, with
 * INPUT_UNREADABLE where it wants to know who asks, with INPUT_UNSUPPORTED where the model is not in this layout.
 */
export async function listHubModel({ repository, revision = 'main', hubUrl, signal }: HubSource): Promise<HubListing> {
  const hub = (hubUrl ?? (process.env.HF_ENDPOINT || 'https://huggingface.co')).replace(/\/+$/, '');
  const { modelInfo, listFiles } = await import('@huggingface/hub');
  const stoppable: typeof fetch = (input, init) => fetch(input, { ...init, signal: signal ?? null });
  const asked = { hubUrl: hub, fetch: stoppable, ...accessToken() };
  const entries: ListFileEntry[] = [];
  try {
    const info = await modelInfo({
      ...asked,
      name: repository,
      revision,
      additionalFields: ['cardData', 'tags', 'sha'],
    });
    const commit = /^[0-9a-f]{40}$/.test(info.sha ?? '') ? info.sha : revision;
    for await (const entry of listFiles({ ...asked, repo: repository, revision: commit, recursive: true })) {
      entries.push(entry);
    }
    return {
      repository,
      revision: commit,
      licence: licenceOf(info.cardData, info.tags),
      page: `${hub}/${repository}`,
      hubUrl: hub,
      files: chooseFiles(entries, repository),
    };
  } catch (cause) {
    throw hubFailure(cause, { repository, revision, hub, signal });
  }
}

/** The token of whoever asks, from the environment that the hub's own tools use. */
export function accessToken(): { readonly accessToken?: string } {
  const { HF_TOKEN } = process.env;
  return HF_TOKEN ? { accessToken: HF_TOKEN } : {};
}

function licenceOf(card: unknown, tags: readonly string[] | undefined): string {
  const { license, license_name: name } = (card ?? {}) as Record<string, unknown>;
  const stated = license === 'other' && typeof name === 'string' ? name : license;
  if (typeof stated === 'string' && stated !== '') return stated;
  if (Array.isArray(stated) && stated.length > 0) return stated.join(', ');
  return tags?.find((tag) => tag.startsWith('license:'))?.slice('license:'.length) ?? unknownLicence;
}

function chooseFiles(entries: readonly ListFileEntry[], repository: string): HubFile[] {
  const files = entries.filter(({ type }) => type === 'file');
  const byPath = new Map(files.map((file) => [file.path, file]));
  const missing = configs.find((path) => !byPath.has(path));
  if (missing !== undefined) throw unsupported(repository, `it has no ${missing}`);
  const network = networks.find((path) => byPath.has(path));
  if (network === undefined) {
    const others = files.map(({ path }) => path).filter((path) => path.endsWith('.onnx'));
    throw unsupported(
      repository,
      others.length > 0 ? `it has no ${networks[0]}, only ${others.join(', ')}` : 'it has no ONNX file',
    );
  }
  const outside = [`${network}_data`, `${network}.data`].find((path) => byPath.has(path));
  if (outside !== undefined)
    throw unsupported(repository, `the weights of its network lie in a second file, ${outside}`);
  const texts = [...configs, ...files.map(({ path }) => path).filter((path) => papers.test(path))];
  const bloated = texts.find((path) => (byPath.get(path)?.size ?? 0) > largestText);
  if (bloated !== undefined) throw unsupported(repository, `its ${bloated} is larger than ${largestText} bytes`);
  return [...texts, network].map((path) => hubFile(byPath.get(path)!, repository));
}

function hubFile({ path, size, oid, lfs }: ListFileEntry, repository: string): HubFile {
  if (lfs) return { path, bytes: lfs.size, checksum: { kind: 'sha256', value: lfs.oid.replace(/^sha256:/, '') } };
  if (oid === undefined) throw unsupported(repository, `the hub gives no checksum of ${path}`);
  return { path, bytes: size, checksum: { kind: 'git', value: oid } };
}

function unsupported(repository: string, problem: string): LookhearError {
  return new LookhearError('INPUT_UNSUPPORTED', `Cannot use ${repository} of the hub: ${problem}.`, {
    hint: 'Look for one that names transformers.js or ONNX on its page, or export it with optimum-cli.',
  });
}

/** What the hub, or the way to it, says, in one sentence. */
export function hubFailure(
  cause: unknown,
  about: Pick<HubListing, 'repository' | 'revision'> & { hub: string; signal?: AbortSignal | undefined },
): unknown {
  if (cause instanceof LookhearError) return cause;
  const { repository, revision, hub, signal } = about;
  if (signal?.aborted) return new LookhearError('ABORTED', 'Stopped.', { cause });
  const status = statusOf(cause);
  const host = hub.replace(/^https?:\/\//, '');
  switch (status) {
    case undefined:
      return new LookhearError('MODEL_MISSING', `Cannot reach ${host}: ${networkReason(cause)}.`, {
        hint: 'Check the connection, or fetch the folder on another machine and give its path.',
        cause,
      });
    case 404:
      return new LookhearError('INPUT_MISSING', `There is no ${repository} at "${revision}" on ${host}.`, {
        hint: 'Check owner, name and --revision on its page.',
        cause,
      });
    case 401:
    case 403:
      return new LookhearError('INPUT_UNREADABLE', `${host} does not give ${repository} to everybody.`, {
        hint: 'Check the name; if it asks for consent on its page, give it there, and put your token into HF_TOKEN.',
        cause,
      });
    default:
      return new LookhearError('FAILED', `${host} answered with status ${status} about ${repository}.`, {
        hint: status === 429 ? 'Wait a little, or put a token into HF_TOKEN.' : 'Try again later.',
        cause,
      });
  }
}

function statusOf(cause: unknown): number | undefined {
  return cause instanceof Error && 'statusCode' in cause && typeof cause.statusCode === 'number'
    ? cause.statusCode
    : undefined;
}

/** fetch says "fetch failed" and hides what happened below it. */
function networkReason(cause: unknown): string {
  const inner = cause instanceof Error && cause.cause instanceof Error ? cause.cause : cause;
  const code = inner instanceof Error && 'code' in inner ? String(inner.code) : '';
  const known: Readonly<Record<string, string>> = {
    ECONNREFUSED: 'the connection was refused',
    ENOTFOUND: 'there is no such host, or no connection',
    EAI_AGAIN: 'there is no connection',
    ECONNRESET: 'the connection was cut',
    UND_ERR_SOCKET: 'the connection was cut',
    ETIMEDOUT: 'it does not answer',
    UND_ERR_CONNECT_TIMEOUT: 'it does not answer',
  };
  const said = inner instanceof Error ? inner.message.split('\n')[0].replace(/\.$/, '') : String(inner);
  return known[code] ?? said;
}
