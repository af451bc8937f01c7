/**
 * A restricted reader of Python's pickles, protocols 0 to 4 (CPython's Lib/pickletools.py describes every opcode). A
 * pickle is a program that may name any function of Python; here it can only name what the caller's table holds, and
 * nothing that stands in the file is ever run. Text, lists and tuples, dictionaries and numbers become strings, arrays,
 * Maps and numbers; bytes and the strings of Python 2 become views of the file. Damage ends in a RangeError, a name
 * that is not in the table in an Unreadable.
 */
import { dictOf, outOfOrder, PickleMachine, type PickleRules } from './pickleMachine.ts';

/** Real weights take some thirty steps an array. A step adds one value at most, so this bounds stack and memo too. */
const MAXIMUM_STEPS = 1_000_000;

/** Integers of more bytes are refused; PyTorch's magic number has ten. */
const LONGEST_INTEGER = 64;

/** Reads the pickle at `start`. `end` is where the next byte stands. */
export function readPickle(bytes: Uint8Array, rules: PickleRules, start = 0): { value: unknown; end: number } {
  const machine = new PickleMachine(bytes, start, rules);
  for (let step = 0; step < MAXIMUM_STEPS; step++) {
    const code = machine.uint(1);
    if (code === STOP) return { value: machine.pop(), end: machine.position };
    const run = opcodes.get(code);
    if (run === undefined) throw new RangeError(`its pickle holds the unknown opcode ${code}`);
    run(machine);
  }
  throw new RangeError('its pickle takes more steps than weights need');
}

/** A little-endian integer in two's complement; a number where it is exact. */
function integerOf(bytes: Uint8Array): number | bigint {
  if (bytes.length > LONGEST_INTEGER) throw new RangeError('its pickle holds an endless integer');
  let value = 0n;
  for (const byte of bytes.toReversed()) value = value * 256n + BigInt(byte);
  return exact(BigInt.asIntN(8 * bytes.length, value));
}

function exact(value: bigint): number | bigint {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value;
}

function decimal(line: string): number | bigint {
  if (!/^[+-]?\d{1,150}L?$/.test(line)) throw new RangeError('its pickle holds a number that is none');
  return exact(BigInt(line.replace(/[L+]/g, '')));
}

/** The text between the quotes of Python's repr(), as bytes. */
function quoted(line: string): Uint8Array {
  const inside = /^(['"])(.*)\1$/s.exec(line)?.[2];
  if (inside === undefined) throw outOfOrder();
  const named: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t' };
  const plain = inside.replace(/\\(?:x([0-9a-fA-F]{2})|(.))/gs, (_, hex: string | undefined, escaped: string) =>
    hex === undefined ? (named[escaped] ?? escaped) : String.fromCharCode(Number.parseInt(hex, 16)),
  );
  return bytesOfLatin1(plain);
}

/** Fails with a RangeError where a character is beyond 255. */
export function bytesOfLatin1(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length);
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (code > 255) throw new RangeError('its pickle holds text where bytes belong');
    bytes[index] = code;
  }
  return bytes;
}

const STOP = 0x2e;

type Opcode = (machine: PickleMachine) => void;

/** By the name in pickletools; the code is the byte in the file, a letter where it is one. */
const opcodeRows: readonly (readonly [code: string | number, run: Opcode])[] = [
  // Numbers and constants: INT (also the truths of protocol 0), LONG, FLOAT, BININT and so on.
  ['I', (m) => m.push(truthOrDecimal(m.line()))],
  ['L', (m) => m.push(decimal(m.line()))],
  ['F', (m) => m.push(Number(m.line()))],
  ['J', (m) => m.push(m.int32())],
  ['K', (m) => m.push(m.uint(1))],
  ['M', (m) => m.push(m.uint(2))],
  ['G', (m) => m.push(m.float64())],
  [0x8a, (m) => m.push(integerOf(m.take(m.uint(1))))],
  [0x8b, (m) => m.push(integerOf(m.take(m.uint(4))))],
  ['N', (m) => m.push(null)],
  [0x88, (m) => m.push(true)],
  [0x89, (m) => m.push(false)],
  // Bytes and the strings of Python 2: STRING, BINSTRING, SHORT_BINSTRING, BINBYTES, SHORT_BINBYTES, BINBYTES8.
  ['S', (m) => m.push(quoted(m.line()))],
  ['T', (m) => m.push(m.take(m.uint(4)))],
  ['U', (m) => m.push(m.take(m.uint(1)))],
  ['B', (m) => m.push(m.take(m.uint(4)))],
  ['C', (m) => m.push(m.take(m.uint(1)))],
  [0x8e, (m) => m.push(m.take(m.uint(8)))],
  // Text: UNICODE, BINUNICODE, SHORT_BINUNICODE, BINUNICODE8.
  ['V', (m) => m.push(unescaped(m.line()))],
  ['X', (m) => m.push(m.utf8(m.uint(4)))],
  [0x8c, (m) => m.push(m.utf8(m.uint(1)))],
  [0x8d, (m) => m.push(m.utf8(m.uint(8)))],
  // Lists, tuples and sets, which all become arrays.
  [']', (m) => m.push([])],
  ['a', (m) => m.append([m.pop()])],
  ['e', (m) => m.append(m.popToMark())],
  ['l', (m) => m.push(m.popToMark())],
  [')', (m) => m.push([])],
  ['t', (m) => m.push(m.popToMark())],
  [0x85, (m) => m.push([m.pop()])],
  [0x86, (m) => m.push([m.pop(), m.pop()].reverse())],
  [0x87, (m) => m.push([m.pop(), m.pop(), m.pop()].reverse())],
  [0x8f, (m) => m.push([])],
  [0x90, (m) => m.append(m.popToMark())],
  [0x91, (m) => m.push(m.popToMark())],
  // Dictionaries: EMPTY_DICT, DICT, SETITEM, SETITEMS.
  ['}', (m) => m.push(new Map())],
  ['d', (m) => m.push(dictOf(m.popToMark()))],
  ['s', (m) => m.setItems([m.pop(), m.pop()].reverse())],
  ['u', (m) => m.setItems(m.popToMark())],
  // The stack and the memo.
  ['(', (m) => m.mark()],
  ['0', (m) => m.pop()],
  ['1', (m) => m.popToMark()],
  ['2', (m) => m.push(m.top())],
  ['p', (m) => m.remember(Number(decimal(m.line())))],
  ['q', (m) => m.remember(m.uint(1))],
  ['r', (m) => m.remember(m.uint(4))],
  [0x94, (m) => m.rememberNext()],
  ['g', (m) => m.recall(Number(decimal(m.line())))],
  ['h', (m) => m.recall(m.uint(1))],
  ['j', (m) => m.recall(m.uint(4))],
  // Names, and what is made with them: GLOBAL, STACK_GLOBAL, INST, REDUCE, NEWOBJ, BUILD.
  ['c', (m) => m.push(m.global(m.line(), m.line()))],
  [0x93, (m) => m.push(stackGlobal(m))],
  ['i', (m) => m.push(m.make(m.global(m.line(), m.line()), m.popToMark()))],
  ['R', (m) => m.push(makeFromStack(m))],
  [0x81, (m) => m.push(makeFromStack(m))],
  ['b', (m) => m.build(m.pop())],
  // PERSID, BINPERSID.
  ['P', (m) => m.push(m.persistent(m.line()))],
  ['Q', (m) => m.push(m.persistent(m.pop()))],
  // PROTO and FRAME say nothing that is needed here.
  [0x80, (m) => m.take(1)],
  [0x95, (m) => m.take(8)],
];

const opcodes: ReadonlyMap<number, Opcode> = new Map(
  opcodeRows.map(([code, run]) => [typeof code === 'string' ? code.charCodeAt(0) : code, run]),
);

function stackGlobal(machine: PickleMachine): unknown {
  const name = machine.pop();
  return machine.global(machine.pop(), name);
}

function makeFromStack(machine: PickleMachine): unknown {
  const args = machine.pop();
  return machine.make(machine.pop(), args);
}

/** Protocol 0 writes what is beyond ASCII as \u0000. */
function unescaped(line: string): string {
  return line.replace(/\\u([0-9a-fA-F]{4})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
}

function truthOrDecimal(line: string): number | bigint | boolean {
  return line === '00' || line === '01' ? line === '01' : decimal(line);
}
