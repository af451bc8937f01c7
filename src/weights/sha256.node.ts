/** The checksum that says whether a file of a model is whole and the one that was meant. */
import { createHash } from 'node:crypto';

/** SHA-256 in 64 small hexadecimal digits. */
export function sha256(bytes: Uint8Array | string): string {
  return createHash('sha256').update(bytes).digest('hex');
}
