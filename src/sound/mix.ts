/**
 * Several channels to one: the plain mean, as the VGGish reference does it. A sound that is in one ear only comes out
 * 6 dB quieter, and one that is in both ears keeps its level.
 */
export function mixToMono(channels: readonly Float32Array[]): Float32Array {
  if (channels.length === 1) return channels[0];
  const mono = new Float32Array(channels[0]?.length ?? 0);
  const share = 1 / channels.length;
  for (let i = 0; i < mono.length; i++) {
    let sum = 0;
    for (const channel of channels) sum += channel[i];
    mono[i] = sum * share;
  }
  return mono;
}
