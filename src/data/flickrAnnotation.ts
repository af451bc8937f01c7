/**
 * An annotation of Flickr-SoundNet: XML whose root holds one element an annotator, and in it `bbox` elements whose first
 * child says something else and whose next four are xmin, ymin, xmax and ymax in a frame of 256 x 256, whatever the
 * picture's size. The public readers count children instead of reading their names, and so does this one. Elements other
 * than `bbox` are skipped (those readers trip over them).
 */
import { LookhearError } from '../errors.ts';
import type { Box } from '../picture/picture.ts';
import { readText } from './readText.ts';
import type { Size } from './trainingPair.ts';

export const annotationFrame: Size = { width: 256, height: 256 };

/** A real annotation has about a thousand bytes. */
const MAXIMUM_BYTES = 2 ** 20;

/** As fast-xml-parser gives it with `preserveOrder`: one key, the element's name, and what is in it. */
type Node = Readonly<Record<string, readonly Node[] | string>>;

/**
 * The boxes of each annotator, cut to the frame; boxes of which nothing is left are dropped.
 * @throws LookhearError as `readFlickrMarks`
 */
export async function readFlickrAnnotation(path: string): Promise<Box[][]> {
  const marks = await readFlickrMarks(path);
  return marks.map((boxes) => boxes.map(cutToFrame).filter(({ xmin, ymin, xmax, ymax }) => xmin < xmax && ymin < ymax));
}

/**
 * The boxes of each annotator as they stand in the file.
 * @throws LookhearError INPUT_CORRUPT where the file is not such XML; INPUT_TOO_LARGE above 1 MB; otherwise as `readText`
 */
export async function readFlickrMarks(path: string): Promise<Box[][]> {
  const [root] = elementsIn(await parseXml(path));
  return elementsIn(root.children).map(({ children }) =>
    elementsIn(children)
      .filter(({ name }) => name === 'bbox')
      .map((bbox) => readBox(bbox.children, path)),
  );
}

function cutToFrame(box: Box): Box {
  const cut = (value: number): number => Math.min(annotationFrame.width, Math.max(0, value));
  return { xmin: cut(box.xmin), ymin: cut(box.ymin), xmax: cut(box.xmax), ymax: cut(box.ymax) };
}

async function parseXml(path: string): Promise<readonly Node[]> {
  const text = await readText(path, MAXIMUM_BYTES);
  const { XMLParser, XMLValidator } = await import('fast-xml-parser');
  // Entities stay as they are written, so none can grow or name another file.
  const parser = new XMLParser({
    preserveOrder: true,
    processEntities: false,
    parseTagValue: false,
    maxNestedTags: 16,
  });
  try {
    // The parser refuses deep nesting, the validator what is cut off or has two roots.
    const nodes: readonly Node[] = parser.parse(text);
    const verdict = XMLValidator.validate(text);
    if (verdict !== true) throw new Error(verdict.err.msg);
    return nodes;
  } catch (cause) {
    throw new LookhearError('INPUT_CORRUPT', `Cannot read the annotation ${path}: it is cut off, or not XML.`, {
      hint: 'Fetch the annotations of Flickr-SoundNet again.',
      cause,
    });
  }
}

interface XmlElement {
  readonly name: string;
  readonly children: readonly Node[];
}

// Without texts and processing instructions (`<?xml ...?>`).
function elementsIn(nodes: readonly Node[]): XmlElement[] {
  return nodes.flatMap((node) =>
    Object.entries(node).flatMap(([name, children]) =>
      typeof children === 'string' || name.startsWith('?') ? [] : [{ name, children }],
    ),
  );
}

function readBox(nodes: readonly Node[], path: string): Box {
  const texts = elementsIn(nodes)
    .slice(1, 5)
    .map(({ children }) => String(children[0]?.['#text'] ?? '').trim());
  const numbers = texts.map((text) => (text === '' ? Number.NaN : Number(text)));
  if (numbers.length < 4 || !numbers.every(Number.isFinite)) {
    throw new LookhearError(
      'INPUT_CORRUPT',
      `Cannot read the annotation ${path}: a bbox holds "${texts.join(' ')}" after its first child, not four numbers.`,
    );
  }
  const [xmin, ymin, xmax, ymax] = numbers;
  return { xmin, ymin, xmax, ymax };
}
