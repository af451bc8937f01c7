/**
 * The WebAssembly decoders report trouble by `console.error`, and the one for mp3 then goes on with the same bytes for
 * ever. A library must not print, and a broken file must not hang it, so while one of their functions runs, printing is an
 * exception. `run` must do its work before it returns: nothing else may print in between.
 */
export function quietly<T>(run: () => T): T {
  const print = console.error;
  console.error = (...values: unknown[]) => {
    throw new Error(values.map(String).join(' '));
  };
  try {
    return run();
  } finally {
    console.error = print;
  }
}
