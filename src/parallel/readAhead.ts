/**
 * Lets a source work while its reader is busy with something else: the next values are asked for before they are wanted.
 * With one source in this process and another in a child process, neither waits for the other.
 */

/** The same values in the same order, `count` of them asked for ahead; memory holds that many more. */
export async function* readAhead<Value>(source: AsyncIterable<Value>, count = 1): AsyncGenerator<Value> {
  const stream = source[Symbol.asyncIterator]();
  const asked: Promise<IteratorResult<Value>>[] = [];
  function ask(): void {
    const next = stream.next();
    // A failure is told when its turn comes, or not at all where the reader left before.
    next.catch(() => {});
    asked.push(next);
  }
  try {
    for (let ahead = 0; ahead < count; ahead++) ask();
    for (;;) {
      ask();
      const { done, value } = await asked.shift()!;
      if (done) return;
      yield value;
    }
  } finally {
    await stream.return?.();
  }
}
