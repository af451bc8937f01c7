/** Work on many files, so many at once that the disk is busy and never all. */

/** Results in the order of the inputs. */
export async function mapInChunks<Input, Output>(
  inputs: readonly Input[],
  atOnce: number,
  work: (input: Input) => Promise<Output>,
): Promise<Output[]> {
  const outputs: Output[] = [];
  for (let start = 0; start < inputs.length; start += atOnce) {
    outputs.push(...(await Promise.all(inputs.slice(start, start + atOnce).map(work))));
  }
  return outputs;
}
