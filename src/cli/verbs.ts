/**
 * The verbs of the command line: what each takes, for the help and the parser. A verb's own code is loaded when it
 * runs, so that `lookhear --help` has nothing to wait for.
 */
import type { Verb } from './verb.ts';

const engineOptions = ['model', 'device', 'threads'] as const;
const voiceOptions = ['quiet', 'verbose'] as const;

export const verbs: readonly Verb[] = [
  {
    name: 'localize',
    inputs: [
      { name: '[picture]', text: 'jpeg, png, webp, avif, tiff or gif' },
      { name: '[sound]', text: 'wav, flac, mp3, ogg or opus; others through ffmpeg' },
    ],
    summary: 'show where in a picture a sound comes from, or that it comes from nothing in it',
    examples: [
      'lookhear localize yard.jpg bark.mp3 -o out.png',
      'lookhear localize --pairs pairs.jsonl --out results/',
    ],
    options: ['out', 'map', 'figure', 'always', 'json', 'pairs', ...engineOptions, 'force', ...voiceOptions],
    load: () => import('./localize.ts'),
  },
  {
    name: 'hear',
    inputs: [{ name: '[sound]', text: 'wav, flac, mp3, ogg or opus; others through ffmpeg' }],
    summary: 'what is heard in a sound: half of the answer',
    examples: ['lookhear hear bark.mp3 --top 3', 'lookhear hear bark.mp3 --json'],
    options: ['top', 'json', ...engineOptions, 'force', ...voiceOptions],
    load: () => import('./hear.ts'),
  },
  {
    name: 'see',
    inputs: [{ name: '[picture]', text: 'jpeg, png, webp, avif, tiff or gif' }],
    summary: 'what is seen in a picture: the other half',
    examples: ['lookhear see yard.jpg --top 3', 'lookhear see yard.jpg --json'],
    options: ['top', 'json', ...engineOptions, 'force', ...voiceOptions],
    load: () => import('./see.ts'),
  },
  {
    name: 'demo',
    inputs: [],
    summary: 'localize on the samples of the package, offline, into lookhear-demo/',
    examples: ['lookhear demo'],
    options: [...engineOptions, ...voiceOptions],
    load: () => import('./demo.ts'),
  },
  {
    name: 'compare',
    inputs: [
      { name: '[a]', text: 'the folder of an evaluation, or the file of "score --items"' },
      { name: '[b]', text: 'another one of the same pairs' },
    ],
    summary: 'set two evaluations against each other, pair by pair',
    examples: ['lookhear compare before/ after/', 'lookhear compare ours.jsonl theirs.jsonl --json'],
    options: ['json', 'force', ...voiceOptions],
    load: () => import('./compare.ts'),
  },
  {
    name: 'train',
    inputs: [],
    summary: "train the report's system on pairs of your own; a stopped training goes on",
    examples: [
      'lookhear train --preset report --data pairs/ --out runs/first',
      'lookhear train --print-config > train.json',
    ],
    options: [
      'preset',
      'data',
      'out',
      'config',
      'set',
      'objective',
      'balanced',
      'printConfig',
      'json',
      'device',
      'threads',
      ...voiceOptions,
    ],
    load: () => import('./train.ts'),
  },
  {
    name: 'data',
    inputs: [
      { name: '[action]', text: 'check', choices: ['check'] },
      { name: '[pairs.jsonl]', text: 'test pairs of your own, in place of --benchmark' },
    ],
    summary: 'say which files of a test set are there, and where those that are missing belong',
    examples: [
      'lookhear data check',
      'lookhear data check --benchmark vgg-ss --media vggss/',
      'lookhear data check pairs.jsonl',
    ],
    options: ['benchmark', 'media', 'annotations', 'json', 'force', ...voiceOptions],
    load: () => import('./data.ts'),
  },
  {
    name: 'models',
    inputs: [
      { name: '[action]', text: 'list, compose, get or remove', choices: ['list', 'compose', 'get', 'remove'] },
      { name: '[model]', text: 'for get and remove: hub:OWNER/NAME' },
    ],
    summary: 'list the models on this machine, join two networks of others to one, get them from the hub',
    examples: [
      'lookhear models list',
      'lookhear models get hub:OWNER/NAME',
      'lookhear models compose --picture hub:OWNER/NAME --sound sounds/ --out joined/',
      'lookhear models remove hub:OWNER/NAME',
    ],
    options: [
      'picture',
      'sound',
      'relation',
      'frontEnd',
      'activation',
      'out',
      'revision',
      'yes',
      'json',
      'device',
      'force',
      ...voiceOptions,
    ],
    load: () => import('./models.ts'),
  },
  {
    name: 'import',
    inputs: [{ name: '[files...]', text: 'HDF5 of Keras, .npy, safetensors, ONNX, PyTorch or TensorFlow.js' }],
    summary: 'make a model of weights of others, matched by name and shape',
    examples: [
      'lookhear import pspnet50.h5 vggish.pth --preset report --partial --out report/',
      'lookhear import vggish.pth --preset vggish --out vggish/',
    ],
    options: ['preset', 'out', 'partial', 'json', 'force', ...voiceOptions],
    load: () => import('./import.ts'),
  },
  {
    name: 'export',
    inputs: [{ name: '[model]', text: 'its name or folder (default: LOOKHEAR_MODEL, else small)' }],
    summary: 'write a model as one file for others: ONNX or safetensors',
    examples: ['lookhear export small --format onnx --out small.onnx'],
    options: ['format', 'out', 'json', 'force', ...voiceOptions],
    load: () => import('./export.ts'),
  },
  {
    name: 'summary',
    inputs: [],
    summary: 'the networks of a preset, layer by layer, with their parameters and multiply-adds',
    examples: ['lookhear summary --preset report', 'lookhear summary --preset vggish --json'],
    options: ['preset', 'json', 'force', ...voiceOptions],
    load: () => import('./summary.ts'),
  },
  {
    name: 'doctor',
    inputs: [],
    summary: 'versions, engine, ffmpeg, model, memory: one paste for a bug report',
    examples: ['lookhear doctor', 'lookhear doctor --json'],
    options: ['json', ...engineOptions, 'force', ...voiceOptions],
    load: () => import('./doctor.ts'),
  },
];
