// Makes the picture at the top of README.md from the samples and the shipped model. Run after `npm run build`:
// node scripts/readme.mjs (the table of figures is written by `npm run evaluate:small`).
import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import sharp from 'sharp';
import { openLocalizer, paint, readPicture } from '../dist/index.js';
import { strokeText } from '../dist/picture/strokeFont.js';

const path = (name) => fileURLToPath(new URL(`../${name}`, import.meta.url));
const WIDTH = 400;
const CAPTION = 34;

const picturePath = path('samples/pictures/astronaut-and-cat.jpg');
const picture = await readPicture(picturePath);
const localizer = await openLocalizer();
const voice = await localizer.localize(picturePath, path('samples/sounds/voice.ogg'));
const meow = await localizer.localize(picturePath, path('samples/sounds/meow.ogg'));
const drums = await localizer.localize(picturePath, path('samples/sounds/drum-roll.ogg'));
await localizer.close();

const panels = [
  { caption: `a voice: ${voice.answer}`, shown: paint(picture, voice.heat) },
  { caption: `a meow: ${meow.answer}`, shown: paint(picture, meow.heat) },
  { caption: `a drum roll: ${drums.answer}`, shown: paint(picture, drums.heat) },
];
const height = Math.round((WIDTH * picture.height) / picture.width);
const layers = [];
for (const [index, { caption, shown }] of panels.entries()) {
  const left = index * (WIDTH + 12);
  const { data, width, height: rows } = shown;
  const input = await sharp(data, { raw: { width, height: rows, channels: 3 } })
    .resize(WIDTH, height)
    .png()
    .toBuffer();
  layers.push({ input, left, top: 0 });
  const text = strokeText(caption, { x: 4, y: 24, capital: 13 });
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${CAPTION}"><g stroke="#333333">${text}</g></svg>`;
  layers.push({ input: Buffer.from(svg), left, top: height });
}
await sharp({ create: { width: 3 * WIDTH + 24, height: height + CAPTION, channels: 3, background: 'white' } })
  .composite(layers)
  .jpeg({ quality: 88 })
  .toFile(path('docs/three-panels.jpg'));

const between = (text, name, content) =>
  text.replace(
    new RegExp(`<!-- ${name}:begin -->[\\s\\S]*<!-- ${name}:end -->`),
    `<!-- ${name}:begin -->\n${content}\n<!-- ${name}:end -->`,
  );
const alt =
  'An astronaut beside a cat, three times: heat on the astronaut for a voice, on the cat for a meow, none for a drum roll';
const readme = await readFile(path('README.md'), 'utf8');
await writeFile(path('README.md'), between(readme, 'picture', `![${alt}](docs/three-panels.jpg)`));
