/** Writes 16-bit wav files, for samples and tests. */

/**
 * @param channels Samples in -1..1, all of equal length; louder ones are clipped.
 * @param sampleRate Hertz.
 */
export function writeWav(channels: readonly Float32Array[], sampleRate: number): Uint8Array {
  const frames = channels[0]?.length ?? 0;
  const frameBytes = 2 * channels.length;
  const bytes = new Uint8Array(44 + frames * frameBytes);
  const view = new DataView(bytes.buffer);
  const text = (at: number, value: string) => {
    for (let i = 0; i < value.length; i++) bytes[at + i] = value.charCodeAt(i);
  };
  text(0, 'RIFF');
  view.setUint32(4, bytes.length - 8, true);
  text(8, 'WAVEfmt ');
  view.setUint32(16, 16, true);
  view.setUint16(20, 1, true);
  view.setUint16(22, channels.length, true);
  view.setUint32(24, sampleRate, true);
  view.setUint32(28, sampleRate * frameBytes, true);
  view.setUint16(32, frameBytes, true);
  view.setUint16(34, 16, true);
  text(36, 'data');
  view.setUint32(40, frames * frameBytes, true);
  channels.forEach((channel, c) => {
    for (let i = 0; i < frames; i++) {
      const value = Math.max(-32768, Math.min(32767, Math.round(channel[i] * 32768)));
      view.setInt16(44 + i * frameBytes + 2 * c, value, true);
    }
  });
  return bytes;
}
