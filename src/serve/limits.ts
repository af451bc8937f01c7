/**
 * What the service takes, and for how long it waits. The limits are always on; docs/service.md lists them. Together they
 * bound the memory: a worker holds one request, everything else counts against `heldBytes`.
 */
export interface Limits {
  /** Of one upload. */
  readonly bodyBytes: number;
  /** Of all uploads and answers together that are in memory. */
  readonly heldBytes: number;
  /** Parts of one upload, and the bytes of the header of a part. */
  readonly parts: number;
  readonly partHeaderBytes: number;
  /** Of a picture. 24 megapixels, as `2 ** 20` each, are those of a large camera. */
  readonly pixels: number;
  /** Of a sound. */
  readonly soundSeconds: number;
  /** From the first byte of a request to the last of its headers. */
  readonly headersMs: number;
  /** A body may take this long, and longer by a second for each `leastBytesPerSecond` that came. Answers the same. */
  readonly bodyMs: number;
  readonly leastBytesPerSecond: number;
  /** In a worker; longer work is stopped. */
  readonly workMs: number;
  /** Requests that wait for a worker. */
  readonly waiting: number;
  /** Open connections, idle ones too. */
  readonly connections: number;
  /** After the signal to stop, until what is still open is cut off. */
  readonly stopMs: number;
}

export const defaultLimits: Limits = {
  bodyBytes: 64 * 2 ** 20,
  heldBytes: 512 * 2 ** 20,
  parts: 8,
  partHeaderBytes: 8192,
  pixels: 24 * 2 ** 20,
  soundSeconds: 600,
  headersMs: 10_000,
  bodyMs: 10_000,
  leastBytesPerSecond: 64 * 1024,
  workMs: 60_000,
  waiting: 32,
  connections: 256,
  stopMs: 75_000,
};
