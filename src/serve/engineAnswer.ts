/**
 * The work of one request, from the bytes of an upload to the bytes of an answer. It runs in a worker and touches no
 * disk: the decoders take bytes, and formats that would need ffmpeg and a file for it are refused.
 */

import type { Finding } from '../localize/finding.ts';
import { findingJson } from '../localize/findingJson.ts';
import { heardJson } from '../localize/heardJson.ts';
import type { Localizer } from '../localize/localizer.ts';
import { seenJson } from '../localize/seenJson.ts';
import { openBytes } from '../media/byteSource.ts';
import { readPicture } from '../media/readPicture.ts';
import { readSound } from '../media/readSound.ts';
import { soundFormatOf } from '../media/soundFormat.ts';
import { encodePicture } from '../media/writePicture.ts';
import { paint } from '../picture/paint.ts';
import type { Picture, PixelMap } from '../picture/picture.ts';
import type { Sound } from '../sound/sound.ts';
import { writeNpy } from '../weights/npy.ts';
import type { Limits } from './limits.ts';
import type { Part } from './multipart.ts';
import { errorJson, Refusal, type RefusalStatus, refusalOf } from './refusal.ts';
import { findingSchema, heardSchema, seenSchema } from './schemas.ts';

/** What a map looks like: values, grey, or heat painted over the picture. */
export const mapForms = ['npy', 'png', 'overlay'] as const;

export type AnswerForm = 'json' | (typeof mapForms)[number];

/** Where in `body`, the whole upload, its parts lie. */
export type EngineRequest = { readonly body: Uint8Array<ArrayBuffer> } & (
  | { readonly verb: 'localize'; readonly form: AnswerForm; readonly picture: Part; readonly sound: Part }
  | { readonly verb: 'hear'; readonly top: number; readonly sound: Part }
  | { readonly verb: 'see'; readonly top: number; readonly picture: Part }
);

export interface EngineAnswer {
  readonly status: 200 | RefusalStatus;
  readonly type: string;
  readonly body: Uint8Array<ArrayBuffer>;
  /** Of a map: what the JSON would have said first. */
  readonly finding: { readonly answer: string; readonly confidence: number } | null;
  /** For the log alone: what went wrong inside. */
  readonly failure: string | null;
}

type InputLimits = Pick<Limits, 'pixels' | 'soundSeconds'>;

/** Never fails: what goes wrong is an answer too. */
export async function answerRequest(
  localizer: Localizer,
  request: EngineRequest,
  limits: InputLimits,
): Promise<EngineAnswer> {
  try {
    return await answer(localizer, request, limits);
  } catch (error) {
    const refusal = refusalOf(error);
    const { cause } = refusal;
    const failure = refusal.status === 500 ? String((cause instanceof Error && cause.stack) || cause) : null;
    return { ...json(errorJson(refusal)), status: refusal.status, failure };
  }
}

async function answer(localizer: Localizer, request: EngineRequest, limits: InputLimits): Promise<EngineAnswer> {
  const { body } = request;
  const start = performance.now();
  const since = (begin: number): number => performance.now() - begin;
  if (request.verb === 'hear') {
    const sound = await decodeSound(body, request.sound, limits);
    const begin = performance.now();
    const evidence = await localizer.hear(sound);
    return json(checked(heardSchema, heardJson(localizer, evidence, { top: request.top, soundMs: since(begin) })));
  }
  if (request.verb === 'see') {
    const picture = await decodePicture(body, request.picture, limits);
    const begin = performance.now();
    const evidence = await localizer.see(picture);
    const numbers = { top: request.top, pictureMs: since(begin) };
    return json(checked(seenSchema, seenJson(localizer, evidence, picture, numbers)));
  }
  const [[picture, pictureMs], [sound, soundMs]] = await Promise.all([
    decodePicture(body, request.picture, limits).then((picture) => [picture, since(start)] as const),
    decodeSound(body, request.sound, limits).then((sound) => [sound, since(start)] as const),
  ]);
  const found = await localizer.localize(picture, sound);
  if (request.form !== 'json') return mapAnswer(found, picture, request.form);
  const { timing } = found;
  const finding = {
    ...found,
    timing: {
      loadMs: timing.loadMs,
      soundMs: timing.soundMs + soundMs,
      pictureMs: timing.pictureMs + pictureMs,
      totalMs: since(start),
    },
  };
  return json(checked(findingSchema, findingJson(finding, null)));
}

function decodePicture(body: Uint8Array, { start, end }: Part, { pixels }: InputLimits): Promise<Picture> {
  return readPicture(body.subarray(start, end), { maximumPixels: pixels });
}

async function decodeSound(body: Uint8Array, { start, end }: Part, { soundSeconds }: InputLimits): Promise<Sound> {
  const bytes = body.subarray(start, end);
  const format = await soundFormatOf(await openBytes(bytes, 'The sound'));
  if (format.kind === 'ffmpeg') {
    throw new Refusal(415, 'INPUT_UNSUPPORTED', `The sound cannot be read: ${format.what} is not taken here.`, {
      hint: 'Send wav, flac, mp3, ogg or opus.',
    });
  }
  return readSound(bytes, { maximumSeconds: soundSeconds });
}

async function mapAnswer(finding: Finding, picture: Picture, form: (typeof mapForms)[number]): Promise<EngineAnswer> {
  const { heat, answer, confidence } = finding;
  const of = { status: 200, finding: { answer, confidence }, failure: null } as const;
  if (form === 'npy') {
    const body = writeNpy({ shape: [heat.height, heat.width], data: heat.data });
    return { ...of, type: 'application/x-npy', body };
  }
  const body = await encodePicture(form === 'overlay' ? paint(picture, heat) : inGrey(heat), 'png');
  return { ...of, type: 'image/png', body };
}

/** Black is 0, white is 1. */
function inGrey({ width, height, data: heat }: PixelMap): Picture {
  const data = new Uint8Array(3 * heat.length);
  for (const [pixel, value] of heat.entries()) data.fill(Math.round(255 * value), 3 * pixel, 3 * pixel + 3);
  return { width, height, data };
}

/** An answer that is not what is promised is our bug. */
function checked<Value extends object>(schema: { parse(value: unknown): unknown }, value: Value): Value {
  schema.parse(value);
  return value;
}

function json(value: object): EngineAnswer {
  const body = new TextEncoder().encode(`${JSON.stringify(value)}\n`);
  return { status: 200, type: 'application/json', body, finding: null, failure: null };
}
