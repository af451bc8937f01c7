/**
 * Keras' weights in HDF5, alone or with the whole model: every array by its path of groups. Our own reader of the part
 * of HDF5 that h5py writes by default, because the files come from others: the known reader in JavaScript does not
 * bound its walk through a hostile file, and takes four times the memory of a good one.
 */
import { readDataset } from './hdf5Dataset.ts';
import { Hdf5Bytes, linksOf, readMessages, rootAddress } from './hdf5Headers.ts';
import { LONGEST_NAME, type StoredWeights } from './storedWeights.ts';

/** Groups within groups; Keras' layers within layers stay far below. */
const DEEPEST = 32;

/** Where a whole model keeps its weights. */
const MODEL_WEIGHTS = 'model_weights/';

/** Where it keeps the optimiser's state, which is none of the network's. */
const OPTIMISER_WEIGHTS = 'optimizer_weights/';

export function readHdf5(bytes: Uint8Array): Map<string, StoredWeights> {
  const file = new Hdf5Bytes(bytes);
  const tensors = new Map<string, StoredWeights>();
  const walk = (address: number, path: string, depth: number): void => {
    if (depth > DEEPEST) throw new RangeError('its groups have no end');
    if (path.length > LONGEST_NAME) throw new RangeError('it holds a name that is too long');
    const messages = readMessages(file, address);
    const links = linksOf(file, messages);
    if (links === undefined) {
      const weights = readDataset(file, messages, path);
      if (weights !== undefined) tensors.set(path, weights);
      return;
    }
    for (const link of links) walk(link.address, path === '' ? link.name : `${path}/${link.name}`, depth + 1);
  };
  walk(rootAddress(file), '', 0);
  const isWholeModel = [...tensors.keys()].some((name) => name.startsWith(MODEL_WEIGHTS));
  if (!isWholeModel) return tensors;
  return new Map(
    [...tensors]
      .filter(([name]) => !name.startsWith(OPTIMISER_WEIGHTS))
      .map(([name, weights]) => [name.startsWith(MODEL_WEIGHTS) ? name.slice(MODEL_WEIGHTS.length) : name, weights]),
  );
}
