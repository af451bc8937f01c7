/** sharp, loaded when the first picture is read or written: it takes longer to load than most commands to answer. */
import type Sharp from 'sharp';

export async function loadSharp(): Promise<typeof Sharp> {
  return (await import('sharp')).default;
}

/** The first line of a message of libvips; the others repeat it, or name files of its own source. */
export function firstLineOf(cause: unknown): Error {
  return new Error((cause instanceof Error ? cause.message : String(cause)).split('\n')[0]);
}
