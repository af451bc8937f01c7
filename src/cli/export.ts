/** `lookhear export`: a model as one file for others. */
import { exportOnnx, exportSafetensors } from '../convert/exportModel.ts';
import { LookhearError } from '../errors.ts';
import { writeFileAtomically } from '../media/atomicWrite.ts';
import { findModelFolder, readModelOrHalfFolder } from '../weights/modelFolder.node.ts';
import { checkOutputs } from './outputs.ts';
import type { Invocation } from './verb.ts';
import { isForPeople, jsonFile, writeJson } from './writeJson.ts';

export async function run({ inputs, options }: Invocation): Promise<0> {
  const { out, format, force } = options;
  if (out === undefined || format === undefined) {
    throw new LookhearError('USAGE', `Missing ${out === undefined ? 'the file, --out' : 'the format, --format'}.`, {
      hint: 'For example: lookhear export small --format safetensors --out small.safetensors',
    });
  }
  await checkOutputs([out, jsonFile(options)], { force: force === true, inputs: [] });
  const folder = await findModelFolder(inputs[0]);
  const files = await readModelOrHalfFolder(folder);
  const bytes = format === 'onnx' ? exportOnnx(files) : exportSafetensors(files);
  await writeFileAtomically(out, bytes, { force });
  const { name, version } = files.model;
  const networks = (['picture', 'sound'] as const).filter((side) => files[side] !== undefined);
  await writeJson(
    { schema: 'lookhear/export@1', model: { name, version }, networks, format, written: out, bytes: bytes.length },
    options,
  );
  if (!isForPeople(options)) return 0;
  console.log(`  wrote ${out}  (${(bytes.length / 1e6).toFixed(1)} MB, ${networks.join(' and ')} network of ${name})`);
  return 0;
}
