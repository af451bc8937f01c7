// Keeps the rooms of src/ apart: each may import only what its row says (docs/architecture.md shows the same table).
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';

const rooms = {
  graph: [],
  layers: ['graph'],
  networks: ['graph', 'layers'],
  labels: [],
  sound: [],
  picture: [],
  metrics: ['picture'],
  engine: ['graph'],
  weights: ['graph'],
  localize: ['graph', 'networks', 'sound', 'picture', 'engine', 'weights'],
  convert: ['graph', 'layers', 'networks', 'weights', 'labels', 'engine'],
  quantise: ['graph', 'engine'],
  parallel: [],
  media: ['sound', 'picture'],
  data: ['media', 'sound', 'picture'],
  serve: ['localize', 'engine', 'weights', 'media', 'picture', 'sound', 'parallel'],
  benchmarks: ['metrics', 'media', 'data', 'sound', 'picture'],
};
// The rooms on top may import whatever stands before them.
rooms.evaluate = Object.keys(rooms);
rooms.train = Object.keys(rooms);
rooms.bench = Object.keys(rooms);
rooms.cli = Object.keys(rooms).filter((room) => room !== 'bench');
const nodeFree = [
  'graph',
  'layers',
  'networks',
  'sound',
  'picture',
  'metrics',
  'engine',
  'weights',
  'localize',
  'labels',
  'convert',
];

const source = new URL('../src', import.meta.url).pathname;
const problems = [];

function* files(folder) {
  for (const name of readdirSync(folder)) {
    const path = join(folder, name);
    if (statSync(path).isDirectory()) yield* files(path);
    else if (path.endsWith('.ts') && !path.endsWith('.test.ts')) yield path;
  }
}

for (const path of files(source)) {
  const room = relative(source, path).split('/')[0];
  const isNodeFile = /\.(node|fixtures)\.ts$/.test(path);
  for (const match of readFileSync(path, 'utf8').matchAll(/(?:from|import\()\s*'([^']+)'/g)) {
    const specifier = match[1];
    if (specifier.startsWith('.')) {
      const target = resolve(dirname(path), specifier);
      const targetRoom = relative(source, target).split('/')[0];
      const isDoor = !(room in rooms) || !(targetRoom in rooms);
      if (!isDoor && targetRoom !== room && !rooms[room].includes(targetRoom)) {
        problems.push(`${relative(source, path)} imports ${targetRoom}, which ${room} may not`);
      }
      if (nodeFree.includes(room) && !isNodeFile && /\.node\.ts$/.test(target)) {
        problems.push(`${relative(source, path)} runs in a browser and imports ${relative(source, target)}`);
      }
    } else if (nodeFree.includes(room) && !isNodeFile && specifier.startsWith('node:')) {
      problems.push(`${relative(source, path)} runs in a browser and imports ${specifier}`);
    }
  }
}

if (problems.length > 0) {
  console.error(problems.join('\n'));
  process.exit(1);
}
