/**
 * A file of JSON lines in the order of the work, whatever the order in which its pieces are done: a line waits until
 * all before it are written, and each is written whole. What stands in such a file after a crash is a beginning of it.
 */
import type { FileHandle } from 'node:fs/promises';

export interface OrderedLines {
  /** Fails at `end`, not here. */
  put(place: number, line: object): void;
  /** Waits until everything is on the disk. */
  end(): Promise<void>;
}

/** @param first The place of the first line that is to be written. */
export function orderedLines(file: FileHandle, first = 0): OrderedLines {
  const waiting = new Map<number, object>();
  let next = first;
  let writing = Promise.resolve();
  return {
    put(place, line) {
      waiting.set(place, line);
      let lines = '';
      for (let ready = waiting.get(next); ready !== undefined; ready = waiting.get(next)) {
        lines += `${JSON.stringify(ready)}\n`;
        waiting.delete(next++);
      }
      if (lines === '') return;
      writing = writing.then(() => file.appendFile(lines));
      writing.catch(() => {}); // told at the end
    },
    end: () => writing,
  };
}
