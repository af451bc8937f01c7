/**
 * Text as SVG strokes, so that a figure looks the same on a machine without any fonts. The letters (ASCII 32 to 126)
 * are our own, drawn with a round pen on a grid: capitals and digits from y 0 down to the baseline at 14, small letters
 * from 5, descenders to 18. A row gives the width of the letter and its SVG path.
 */
const capitalHeight = 14;
const gap = 3;
const penWidth = 1.5;

const letters: Readonly<Record<string, readonly [width: number, path: string]>> = {
  ' ': [3, ''],
  '!': [1, 'M.5 0V9.5M.5 13.8V14'],
  '"': [4, 'M.5 0V4M3.5 0V4'],
  '#': [10, 'M3.5 0 1.5 14M8.5 0 6.5 14M.5 4.7H10M0 9.3H9.5'],
  $: [9, 'M8.7 2.5Q7.5 0 4.5 0 .5 0 .5 3.5 .5 6.3 4.5 7 9 7.8 9 10.7 9 14 4.6 14 1 14 0 11M4.5 -2V16'],
  '%': [
    12,
    'M2.8 0Q0 0 0 3 0 6 2.8 6 5.6 6 5.6 3 5.6 0 2.8 0ZM9.2 8Q6.4 8 6.4 11 6.4 14 9.2 14 12 14 12 11 12 8 9.2 8ZM10 0 2 14',
  ],
  '&': [11, 'M10.5 14 2.6 4.6Q1 2.6 2 1.2 3 0 4.4 0 7 0 7 2.7 7 4.7 4 6.3 0 8.3 0 10.7 0 14 4 14 8.5 14 9.8 8'],
  "'": [1, 'M.5 0V4'],
  '(': [4, 'M4 -1Q0 2.5 0 7.5 0 12.5 4 16'],
  ')': [4, 'M0 -1Q4 2.5 4 7.5 4 12.5 0 16'],
  '*': [8, 'M4 1V8M1 2.7 7 6.3M7 2.7 1 6.3'],
  '+': [9, 'M4.5 4V13M0 8.5H9'],
  ',': [2, 'M1.2 13.5Q1.2 15.5 0 16.5'],
  '-': [6, 'M0 8.5H6'],
  '.': [1, 'M.5 13.8V14'],
  '/': [7, 'M7 -1 0 15'],
  0: [9, 'M4.5 0Q0 0 0 7 0 14 4.5 14 9 14 9 7 9 0 4.5 0Z'],
  1: [9, 'M1.5 2.8 5 0V14'],
  2: [9, 'M.4 3.5Q.8 0 4.5 0 8.5 0 8.5 3.7 8.5 6 6 8.3L0 14H9'],
  3: [9, 'M.5 2.4Q1.5 0 4.4 0 8.3 0 8.3 3.5 8.3 6.8 4.6 6.8H3.5M4.6 6.8Q9 6.8 9 10.4 9 14 4.4 14 1 14 0 11.3'],
  4: [9, 'M7 14V0L0 10H9'],
  5: [9, 'M8.2 0H1.4L.8 6.6Q2 5.3 4.4 5.3 9 5.3 9 9.6 9 14 4.4 14 1.2 14 0 11.6'],
  6: [9, 'M8 1.6Q6.8 0 4.9 0 0 0 0 8 0 14 4.6 14 9 14 9 9.6 9 5.4 4.7 5.4 .9 5.4 0 9'],
  7: [9, 'M0 0H9L3.5 14'],
  8: [
    9,
    'M4.5 6.7Q.6 6.7 .6 3.3 .6 0 4.5 0 8.4 0 8.4 3.3 8.4 6.7 4.5 6.7 0 6.7 0 10.4 0 14 4.5 14 9 14 9 10.4 9 6.7 4.5 6.7Z',
  ],
  9: [9, 'M1 12.4Q2.2 14 4.1 14 9 14 9 6 9 0 4.4 0 0 0 0 4.4 0 8.6 4.3 8.6 8.1 8.6 9 5'],
  ':': [1, 'M.5 6V6.2M.5 13.8V14'],
  ';': [2, 'M1 6V6.2M1.2 13.5Q1.2 15.5 0 16.5'],
  '<': [8, 'M8 3.5 0 8.5 8 13.5'],
  '=': [9, 'M0 6.5H9M0 10.5H9'],
  '>': [8, 'M0 3.5 8 8.5 0 13.5'],
  '?': [8, 'M0 3.2Q.6 0 4 0 8 0 8 3.4 8 5.6 5.8 6.9 4 8 4 10M4 13.8V14'],
  '@': [
    13,
    'M9.2 5V10Q9.2 11.6 11 11.6 13 11.4 13 7.5 13 0 6.6 0 0 0 0 8 0 16 6.8 16 9.5 16 11 14.8M9.2 8Q9.2 4.8 6.5 4.8 3.8 4.8 3.8 8 3.8 11.4 6.3 11.4 9.2 11.4 9.2 8',
  ],
  A: [10, 'M0 14 5 0 10 14M1.8 9H8.2'],
  B: [9, 'M0 0V14H5.5Q9 14 9 10.3 9 7 5.5 7H0M5 7Q8.2 7 8.2 3.5 8.2 0 5 0H0'],
  C: [10, 'M10 3Q8.5 0 5.3 0 0 0 0 7 0 14 5.3 14 8.5 14 10 11'],
  D: [10, 'M0 0V14H4Q10 14 10 7 10 0 4 0Z'],
  E: [8, 'M8 0H0V14H8M0 7H6.5'],
  F: [8, 'M8 0H0V14M0 7H6.5'],
  G: [10.3, 'M10 3Q8.5 0 5.3 0 0 0 0 7 0 14 5.3 14 8.5 14 10.3 12V7.5H6'],
  H: [10, 'M0 0V14M10 0V14M0 7H10'],
  I: [1, 'M.5 0V14'],
  J: [6, 'M6 0V10Q6 14 3 14 .6 14 0 11'],
  K: [9, 'M0 0V14M9 0 0 9M3 6.2 9 14'],
  L: [7.5, 'M0 0V14H7.5'],
  M: [11, 'M0 14V0L5.5 9 11 0V14'],
  N: [10, 'M0 14V0L10 14V0'],
  O: [11, 'M5.5 0Q0 0 0 7 0 14 5.5 14 11 14 11 7 11 0 5.5 0Z'],
  P: [9, 'M0 14V0H5Q9 0 9 4 9 8 5 8H0'],
  Q: [11, 'M5.5 0Q0 0 0 7 0 14 5.5 14 11 14 11 7 11 0 5.5 0ZM6.5 10.5 11 15'],
  R: [9, 'M0 14V0H5Q9 0 9 3.8 9 7.5 5 7.5H0M4.7 7.5 9 14'],
  S: [9, 'M8.7 2.5Q7.5 0 4.5 0 .5 0 .5 3.5 .5 6.3 4.5 7 9 7.8 9 10.7 9 14 4.6 14 1 14 0 11'],
  T: [10, 'M0 0H10M5 0V14'],
  U: [10, 'M0 0V9Q0 14 5 14 10 14 10 9V0'],
  V: [10, 'M0 0 5 14 10 0'],
  W: [14, 'M0 0 3.5 14 7 2 10.5 14 14 0'],
  X: [9, 'M0 0 9 14M9 0 0 14'],
  Y: [10, 'M0 0 5 7 10 0M5 7V14'],
  Z: [9, 'M0 0H9L0 14H9'],
  '[': [4, 'M4 -1H0V16H4'],
  '\\': [7, 'M0 -1 7 15'],
  ']': [4, 'M0 -1H4V16H0'],
  '^': [8, 'M0 5 4 0 8 5'],
  _: [9, 'M0 16H9'],
  '`': [3, 'M0 0 2.5 3'],
  a: [7.5, 'M7.5 5V14M7.5 9.5Q7.5 5 3.8 5 0 5 0 9.5 0 14 3.8 14 7.5 14 7.5 9.5'],
  b: [7.5, 'M0 0V14M0 9.5Q0 5 3.7 5 7.5 5 7.5 9.5 7.5 14 3.7 14 0 14 0 9.5'],
  c: [7, 'M7 7Q6 5 3.8 5 0 5 0 9.5 0 14 3.8 14 6 14 7 12'],
  d: [7.5, 'M7.5 0V14M7.5 9.5Q7.5 5 3.8 5 0 5 0 9.5 0 14 3.8 14 7.5 14 7.5 9.5'],
  e: [7.5, 'M0 9.3H7.5Q7.5 5 3.8 5 0 5 0 9.5 0 14 3.9 14 6.2 14 7.2 12'],
  f: [5, 'M5 .4Q2 -.6 2 3V14M0 5H4.8'],
  g: [7.5, 'M7.5 5V14.5Q7.5 18 4 18 1.5 18 .6 16.4M7.5 9.5Q7.5 5 3.8 5 0 5 0 9.5 0 14 3.8 14 7.5 14 7.5 9.5'],
  h: [7, 'M0 0V14M0 9Q0 5 3.6 5 7 5 7 8.5V14'],
  i: [1, 'M.5 5V14M.5 1V1.2'],
  j: [3, 'M2.5 5V15Q2.5 18 0 18M2.5 1V1.2'],
  k: [7, 'M0 0V14M6.5 5 0 10.5M2.5 8.5 7 14'],
  l: [1, 'M.5 0V14'],
  m: [11.5, 'M0 5V14M0 9Q0 5 3 5 5.75 5 5.75 8.5V14M5.75 9Q5.75 5 8.7 5 11.5 5 11.5 8.5V14'],
  n: [7, 'M0 5V14M0 9Q0 5 3.6 5 7 5 7 8.5V14'],
  o: [8, 'M4 5Q0 5 0 9.5 0 14 4 14 8 14 8 9.5 8 5 4 5Z'],
  p: [7.5, 'M0 5V18M0 9.5Q0 5 3.7 5 7.5 5 7.5 9.5 7.5 14 3.7 14 0 14 0 9.5'],
  q: [7.5, 'M7.5 5V18M7.5 9.5Q7.5 5 3.8 5 0 5 0 9.5 0 14 3.8 14 7.5 14 7.5 9.5'],
  r: [4.5, 'M0 5V14M0 9Q0 5 4.5 5.2'],
  s: [6.5, 'M6.3 6.8Q5.5 5 3.3 5 .4 5 .4 7.3 .4 9 3.3 9.4 6.5 9.9 6.5 11.8 6.5 14 3.3 14 .8 14 0 12.1'],
  t: [5, 'M2 1.5V11.5Q2 14 5 13.8M0 5H4.8'],
  u: [7, 'M7 5V14M7 10Q7 14 3.4 14 0 14 0 10.5V5'],
  v: [7.5, 'M0 5 3.75 14 7.5 5'],
  w: [11, 'M0 5 2.75 14 5.5 6 8.25 14 11 5'],
  x: [7, 'M0 5 7 14M7 5 0 14'],
  y: [7.5, 'M0 5 3.9 14M7.5 5 3.2 16Q2.4 18 .3 18'],
  z: [7, 'M0 5H7L0 14H7'],
  '{': [5, 'M5 -1Q2 -1 2 2V5Q2 7.5 0 7.5 2 7.5 2 10V13Q2 16 5 16'],
  '|': [1, 'M.5 -1V17'],
  '}': [5, 'M0 -1Q3 -1 3 2V5Q3 7.5 5 7.5 3 7.5 3 10V13Q3 16 0 16'],
  '~': [9, 'M0 9.5C1.5 6 4 7.5 4.5 8.5 5.5 10.5 8 11 9 7.5'],
};

export interface TextPlace {
  /** In pixels: where the text starts, has its middle or ends (see `anchor`). */
  readonly x: number;
  /** In pixels: the baseline. */
  readonly y: number;
  /** Height of a capital letter, in pixels. */
  readonly capital: number;
  /** Which part of the text lies at `x`. Unset: its start. */
  readonly anchor?: 'start' | 'middle' | 'end';
}

// Accents are dropped, other signs that we cannot draw become question marks.
function drawable(text: string): string[] {
  const plain = text.normalize('NFD').replace(/\p{Mark}/gu, '');
  return Array.from(plain, (letter) => (letter in letters ? letter : /\s/.test(letter) ? ' ' : '?'));
}

/** Width of a line of text in pixels, for a given height of its capital letters. */
export function textWidth(text: string, capital: number): number {
  const units = drawable(text).reduce((sum, letter) => sum + letters[letter][0] + gap, 0);
  return (Math.max(0, units - gap) * capital) / capitalHeight;
}

/** A line of text as an SVG group of strokes, in the `stroke` colour of whatever holds it. */
export function strokeText(text: string, place: TextPlace): string {
  const scale = place.capital / capitalHeight;
  const share = { start: 0, middle: 0.5, end: 1 }[place.anchor ?? 'start'];
  const left = place.x - share * textWidth(text, place.capital);
  const top = place.y - place.capital;
  let x = 0;
  let paths = '';
  for (const letter of drawable(text)) {
    const [width, path] = letters[letter];
    if (path !== '') paths += `<path transform="translate(${x.toFixed(2)})" d="${path}"/>`;
    x += width + gap;
  }
  return (
    `<g transform="translate(${left.toFixed(2)} ${top.toFixed(2)}) scale(${scale.toFixed(4)})" fill="none" ` +
    `stroke-width="${penWidth}" stroke-linecap="round" stroke-linejoin="round">${paths}</g>`
  );
}
