/** Tiny training folders for the tests: real pictures and sounds, one by one. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { encodePicture } from '../media/writePicture.ts';
import { writeWav } from '../sound/writeWav.ts';

export interface TrainingFolder {
  readonly path: string;
  /** Writes files: a text as it is; for a name that ends so, null writes a small jpg, png or wav. */
  write(files: Readonly<Record<string, string | null>>): Promise<void>;
  remove(): Promise<void>;
}

export async function makeTrainingFolder(): Promise<TrainingFolder> {
  const path = await mkdtemp(join(tmpdir(), 'lookhear-training-'));
  return {
    path,
    async write(files) {
      for (const [name, text] of Object.entries(files)) {
        await mkdir(dirname(join(path, name)), { recursive: true });
        await writeFile(join(path, name), text ?? (await media(name)));
      }
    },
    async remove() {
      await rm(path, { recursive: true });
    },
  };
}

async function media(name: string): Promise<Uint8Array> {
  if (/\.wav$/i.test(name)) return writeWav([new Float32Array(1600)], 16_000);
  const picture = { width: 8, height: 4, data: new Uint8Array(3 * 8 * 4).fill(128) };
  return await encodePicture(picture, /\.png$/i.test(name) ? 'png' : 'jpeg');
}
