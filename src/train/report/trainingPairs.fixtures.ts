/** A task that can be learnt in a minute: a red square goes with a low tone, a blue one with a high one. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writePicture } from '../../media/writePicture.ts';
import { writeWav } from '../../sound/writeWav.ts';

const side = 48;
const square = 20;
const kinds = [
  { name: 'red', colour: [230, 40, 30], hertz: 220 },
  { name: 'blue', colour: [30, 50, 230], hertz: 1760 },
] as const;

/** Writes `count` pairs with pairs.jsonl, pictures and sounds; every picture has both squares, and one of them sounds. */
export async function writeSquarePairs(folder: string, count: number): Promise<void> {
  await mkdir(folder, { recursive: true });
  const lines: string[] = [];
  for (let index = 0; index < count; index++) {
    const sounding = kinds[index % 2];
    const boxes = kinds.map((_, kind) => {
      const xmin = 2 + ((index * 7 + kind * 24) % 48 > 24 ? 24 : 0);
      return { xmin: kind === 0 ? xmin : 26 - xmin, ymin: 3 + ((index * 5) % 24), width: square };
    });
    const data = new Uint8Array(3 * side * side).fill(110);
    for (const [kind, { xmin, ymin }] of boxes.entries()) {
      for (let y = ymin; y < ymin + square; y++) {
        for (let x = xmin; x < xmin + square; x++) data.set(kinds[kind].colour, 3 * (y * side + x));
      }
    }
    const id = `${sounding.name}-${index}`;
    await writePicture(join(folder, `${id}.png`), { width: side, height: side, data });
    const samples = Float32Array.from(
      { length: 16000 },
      (_, n) => 0.4 * Math.sin((2 * Math.PI * sounding.hertz * n) / 16000),
    );
    await writeFile(join(folder, `${id}.wav`), writeWav([samples], 16000));
    const { xmin, ymin } = boxes[index % 2];
    const box = { label: sounding.name, xmin, ymin, xmax: xmin + square, ymax: ymin + square };
    lines.push(JSON.stringify({ id, image: `${id}.png`, audio: `${id}.wav`, category: sounding.name, boxes: [box] }));
  }
  await writeFile(join(folder, 'pairs.jsonl'), `${lines.join('\n')}\n`);
}
