/**
 * multipart/form-data (RFC 7578) in memory. Parts are views of the body, so that nothing is copied. File names are never
 * looked at: what a part is, its name says, and its format, its bytes.
 */
import type { Limits } from './limits.ts';
import { Refusal } from './refusal.ts';

/** Where the content of a part lies in the body, bytes. */
export interface Part {
  readonly start: number;
  readonly end: number;
}

/** RFC 2046, 5.1.1; browsers and curl stay within it. */
const boundaryParameter = /;\s*boundary=(?:"([^"\r\n]{1,70})"|([^\s;"]{1,70}))\s*(?:;|$)/i;
const blankLine = Buffer.from('\r\n\r\n');

/** Fails with 415 where the type is not multipart/form-data, with 400 where it names no boundary. */
export function boundaryOf(contentType: string | null): string {
  if (contentType === null || !/^multipart\/form-data\s*(;|$)/i.test(contentType)) {
    throw new Refusal(415, 'INPUT_UNSUPPORTED', 'Expected an upload of the type multipart/form-data.', {
      hint: 'For instance: curl -F picture=@yard.jpg -F sound=@bark.mp3',
    });
  }
  const match = boundaryParameter.exec(contentType);
  if (match === null) throw malformed('its Content-Type names no boundary');
  return match[1] ?? match[2];
}

/**
 * The parts by name. Fails with 400 where the body is not what its type says, or ends early.
 * @param body Of a whole request.
 */
export function parseMultipart(
  body: Uint8Array,
  boundary: string,
  { parts: mostParts, partHeaderBytes }: Pick<Limits, 'parts' | 'partHeaderBytes'>,
): ReadonlyMap<string, Part> {
  const bytes = Buffer.from(body.buffer, body.byteOffset, body.byteLength);
  const delimiter = Buffer.from(`\r\n--${boundary}`, 'latin1');
  const parts = new Map<string, Part>();
  // The first delimiter has no line before it.
  let at = bytes.subarray(0, delimiter.length - 2).equals(delimiter.subarray(2))
    ? delimiter.length - 2
    : after(bytes, delimiter, 0);
  while (at >= 0 && !begins(bytes, at, '--')) {
    at = skipPadding(bytes, at);
    if (!begins(bytes, at, '\r\n')) throw malformed('a boundary is not followed by a line');
    // A part without headers begins with the blank line at once.
    const headerEnd = bytes.subarray(0, at + partHeaderBytes).indexOf(blankLine, at);
    if (headerEnd < 0) throw malformed('the header of a part does not end');
    const name = nameOf(bytes.toString('latin1', at, headerEnd));
    const start = headerEnd + blankLine.length;
    // The blank line may itself be the beginning of the delimiter: an empty part.
    const end = bytes.indexOf(delimiter, start - 2);
    if (end < 0) throw malformed('its last part does not end');
    if (parts.has(name)) throw malformed(`it has the part "${name}" twice`);
    parts.set(name, { start, end: Math.max(start, end) });
    if (parts.size > mostParts) throw malformed(`it has more than ${mostParts} parts`);
    at = end + delimiter.length;
  }
  if (at < 0) throw malformed(body.length === 0 ? 'it is empty' : 'it has no part');
  return parts;
}

function after(bytes: Buffer, delimiter: Buffer, from: number): number {
  const place = bytes.indexOf(delimiter, from);
  return place < 0 ? -1 : place + delimiter.length;
}

function begins(bytes: Buffer, at: number, text: string): boolean {
  return bytes.toString('latin1', at, at + text.length) === text;
}

/** White space that RFC 2046 lets stand behind a boundary. */
function skipPadding(bytes: Buffer, at: number): number {
  while (bytes[at] === 0x20 || bytes[at] === 0x09) at++;
  return at;
}

function nameOf(header: string): string {
  const disposition = /^content-disposition:\s*form-data\s*;(.*)$/im.exec(header)?.[1];
  const name = /(?:^|;)\s*name="([^"]*)"|(?:^|;)\s*name=([^\s;"]+)/i.exec(disposition ?? '');
  if (name === null) throw malformed('a part has no name');
  const text = name[1] ?? name[2];
  if (!/^[\w.-]{1,64}$/.test(text)) throw malformed('the name of a part is not a plain word');
  return text;
}

function malformed(problem: string): Refusal {
  return new Refusal(400, 'USAGE', `Cannot read the upload: ${problem}.`);
}
