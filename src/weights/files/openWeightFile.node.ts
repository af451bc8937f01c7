/** Weight files on disk. A TensorFlow.js model is opened by its model.json, with the shards beside it. */
import { readFile, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { LookhearError } from '../../errors.ts';
import { isJson, shardPathsOf } from './tensorflowJs.ts';
import { readWeightFile, type WeightFile } from './weightFile.ts';

/** Node reads no more at once. */
const LARGEST_FILE = 2 ** 31 - 1;

/**
 * Opens a weight file of any kind that readWeightFile knows.
 * Fails with INPUT_MISSING, INPUT_UNREADABLE or INPUT_TOO_LARGE where the file cannot be read, and as readWeightFile.
 */
export async function openWeightFile(path: string): Promise<WeightFile> {
  const bytes = await readWhole(path);
  if (!isJson(bytes)) return readWeightFile(bytes, path);
  const shards = new Map<string, Uint8Array>();
  for (const shard of pathsIn(bytes)) shards.set(shard, await readWhole(join(dirname(path), shard)));
  return readWeightFile(bytes, path, shards);
}

/** None where the JSON is something else: readWeightFile then says what is wrong with it. */
function pathsIn(modelJson: Uint8Array): string[] {
  try {
    return shardPathsOf(modelJson);
  } catch {
    return [];
  }
}

async function readWhole(path: string): Promise<Uint8Array> {
  try {
    const status = await stat(path);
    if (!status.isFile()) throw new LookhearError('INPUT_UNREADABLE', `${path} is no file.`);
    if (status.size > LARGEST_FILE) {
      throw new LookhearError('INPUT_TOO_LARGE', `${path} is larger than 2 GB.`, {
        hint: 'Leave the state of the optimiser out, or store the weights as float16.',
      });
    }
    return await readFile(path);
  } catch (error) {
    if (error instanceof LookhearError) throw error;
    const isMissing = (error as NodeJS.ErrnoException).code === 'ENOENT';
    const problem = isMissing ? 'does not exist' : 'cannot be read';
    throw new LookhearError(isMissing ? 'INPUT_MISSING' : 'INPUT_UNREADABLE', `${path} ${problem}.`, { cause: error });
  }
}
