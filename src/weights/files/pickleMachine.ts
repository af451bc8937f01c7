/**
 * The stack machine that a pickle drives: it reads from the file, keeps stack, marks and memo, and makes only what the
 * caller's table of names can make. The opcodes are in pickle.ts.
 */
import { LONGEST_NAME, Unreadable } from './storedWeights.ts';

/** What a name in a pickle stands for: a value that is only passed on, or a function that makes a value. */
export interface PickleGlobal {
  readonly name: string;
  make?(args: readonly unknown[]): unknown;
}

/** A value that takes its content after it was made (opcode BUILD). */
export interface Buildable {
  build(state: unknown): void;
}

export interface PickleRules {
  /** By module and name: `collections.OrderedDict`. */
  readonly globals: ReadonlyMap<string, PickleGlobal>;
  /** Values that lie outside the pickle. */
  readonly persistent?: (id: unknown) => unknown;
}

/** The table of names from functions, each named by its key. */
export function pickleGlobals(
  table: Readonly<Record<string, ((args: readonly unknown[]) => unknown) | null>>,
): ReadonlyMap<string, PickleGlobal> {
  return new Map(Object.entries(table).map(([name, make]) => [name, make === null ? { name } : { name, make }]));
}

/** A string of Python 2 or 3 as text; undefined for what is none, or too long for a name. */
export function textOfPickled(value: unknown): string | undefined {
  if (typeof value === 'string') return value;
  if (!(value instanceof Uint8Array) || value.length > LONGEST_NAME) return undefined;
  let text = texts.get(value);
  if (text === undefined) {
    text = latin1(value);
    texts.set(value, text);
  }
  return text;
}

/** TextDecoder's "latin1" is windows-1252, which differs between 128 and 159. */
function latin1(bytes: Uint8Array): string {
  let text = '';
  // In pieces, because arguments lie on the stack.
  for (let start = 0; start < bytes.length; start += 8192) {
    text += String.fromCharCode(...bytes.subarray(start, start + 8192));
  }
  return text;
}

/** A pickle of a few bytes can use the same long string again and again. */
const texts = new WeakMap<Uint8Array, string>();

export class PickleMachine {
  position: number;
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  readonly #rules: PickleRules;
  readonly #stack: unknown[] = [];
  readonly #marks: number[] = [];
  readonly #memo = new Map<number, unknown>();

  constructor(bytes: Uint8Array, start: number, rules: PickleRules) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    this.#rules = rules;
    this.position = start;
  }

  take(length: number): Uint8Array {
    if (length > this.#bytes.length - this.position) throw new RangeError('its pickle ends early');
    this.position += length;
    return this.#bytes.subarray(this.position - length, this.position);
  }

  /** A little-endian number without a sign. */
  uint(size: 1 | 2 | 4 | 8): number {
    this.take(size);
    const at = this.position - size;
    if (size === 1) return this.#view.getUint8(at);
    if (size === 2) return this.#view.getUint16(at, true);
    if (size === 4) return this.#view.getUint32(at, true);
    return Number(this.#view.getBigUint64(at, true));
  }

  int32(): number {
    this.take(4);
    return this.#view.getInt32(this.position - 4, true);
  }

  float64(): number {
    this.take(8);
    return this.#view.getFloat64(this.position - 8);
  }

  /** The rest of the line, without its end. Protocol 0 writes a character a byte. */
  line(): string {
    const end = this.#bytes.indexOf(10, this.position);
    if (end < 0) throw new RangeError('its pickle ends early');
    const line = latin1(this.take(end - this.position));
    this.position++;
    return line;
  }

  utf8(length: number): string {
    return utf8.decode(this.take(length));
  }

  push(value: unknown): void {
    this.#stack.push(value);
  }

  pop(): unknown {
    if (this.#stack.length === 0 || this.#stack.length === this.#marks.at(-1)) throw outOfOrder();
    return this.#stack.pop();
  }

  top(): unknown {
    if (this.#stack.length === 0) throw outOfOrder();
    return this.#stack[this.#stack.length - 1];
  }

  mark(): void {
    this.#marks.push(this.#stack.length);
  }

  popToMark(): unknown[] {
    const mark = this.#marks.pop();
    if (mark === undefined) throw outOfOrder();
    return this.#stack.splice(mark);
  }

  remember(key: number): void {
    this.#memo.set(key, this.top());
  }

  rememberNext(): void {
    this.remember(this.#memo.size);
  }

  recall(key: number): void {
    if (!this.#memo.has(key)) throw outOfOrder();
    this.push(this.#memo.get(key));
  }

  append(values: readonly unknown[]): void {
    const list = this.top();
    if (!Array.isArray(list)) throw outOfOrder();
    for (const value of values) list.push(value);
  }

  setItems(items: readonly unknown[]): void {
    setItems(this.top(), items);
  }

  global(module: unknown, name: unknown): PickleGlobal {
    const fullName = `${textOfPickled(module)}.${textOfPickled(name)}`;
    const found = this.#rules.globals.get(fullName);
    if (found !== undefined) return found;
    const shown = fullName.length > 80 ? `${fullName.slice(0, 80)}...` : fullName;
    throw new Unreadable(
      `it asks to run ${shown.replace(/[^\x20-\x7e]/g, '?')}: that is code, not weights`,
      'Save only the arrays: torch.save(model.state_dict(), path), or safetensors.',
    );
  }

  make(callee: unknown, args: unknown): unknown {
    if (!isGlobal(callee) || callee.make === undefined || !Array.isArray(args)) throw outOfOrder();
    return callee.make(args);
  }

  build(state: unknown): void {
    const target = this.top();
    if (isBuildable(target)) target.build(state);
    // An OrderedDict of PyTorch carries notes on versions as attributes.
    else if (!(target instanceof Map)) throw outOfOrder();
  }

  persistent(id: unknown): unknown {
    if (this.#rules.persistent === undefined) throw new RangeError('its pickle points to something outside');
    return this.#rules.persistent(id);
  }
}

const utf8 = new TextDecoder();

export function outOfOrder(): RangeError {
  return new RangeError('its pickle is out of order');
}

function isGlobal(value: unknown): value is PickleGlobal {
  return typeof value === 'object' && value !== null && 'name' in value && 'make' in value;
}

function isBuildable(value: unknown): value is Buildable {
  return typeof value === 'object' && value !== null && 'build' in value;
}

/** Texts of both Pythons become strings, so that names compare; keys of other kinds stay what they are. */
function setItems(target: unknown, items: readonly unknown[]): void {
  if (!(target instanceof Map) || items.length % 2 !== 0) throw outOfOrder();
  for (let index = 0; index < items.length; index += 2) {
    target.set(textOfPickled(items[index]) ?? items[index], items[index + 1]);
  }
}

export function dictOf(items: readonly unknown[]): Map<unknown, unknown> {
  const dict = new Map<unknown, unknown>();
  setItems(dict, items);
  return dict;
}
