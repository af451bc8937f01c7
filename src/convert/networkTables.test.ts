import { describe, expect, it } from 'vitest';
import { conv } from '../graph/convolution.ts';
import { relu } from '../graph/elementwise.ts';
import { matmul } from '../graph/matmul.ts';
import { reshape } from '../graph/movement.ts';
import { input } from '../graph/tensor.ts';
import { writeOnnx } from '../graph/writeOnnx.ts';
import { presets } from '../networks/presets.ts';
import { onnxTable, presetTables, sumOf } from './networkTables.ts';

describe("a preset's tables", () => {
  it("sum up to the report's system, VGGish frozen", () => {
    const tables = presetTables(presets.report);
    expect(tables.map(({ name }) => name)).toEqual(['picture', 'sound', 'classifier']);
    expect(tables[1].totals).toMatchObject({ parameters: 72_141_184, trainable: 0, fixed: 72_141_184 });
    expect(sumOf(tables)).toMatchObject({ parameters: 110_572_140, trainable: 38_392_812 });
    expect(tables[2].rows[0].inputs).toEqual([tables[1].rows.at(-1)?.name]);
  });

  it('show VGGish alone as trainable', () => {
    const [sound, ...others] = presetTables(presets.vggish);
    expect(others).toEqual([]);
    expect(sound.totals).toMatchObject({ parameters: 72_141_184, trainable: 72_141_184, fixed: 0 });
  });
});

it('an ONNX file is a table of its nodes, each weight counted once', () => {
  const weights = new Map([
    ['kernel', new Float32Array(2 * 3 * 3 * 3)],
    ['bias', new Float32Array(2)],
    ['dense', new Float32Array(2 * 4 * 4 * 5)],
  ]);
  const map = conv(input('picture', [1, 3, 4, 4]), input('kernel', [2, 3, 3, 3]), input('bias', [2]), {
    pads: [1, 1, 1, 1],
  });
  const flat = reshape(relu(map), [1, 32]);
  const bytes = writeOnnx({ y: matmul(flat, input('dense', [32, 5])) }, { target: 'onnx', weights });
  const { rows, totals } = onnxTable('tiny', bytes);
  const brief = rows.map(({ type, shape, parameters, multiplyAdds }) => [type, `${shape}`, parameters, multiplyAdds]);
  expect(brief).toEqual([
    ['Input', '1,3,4,4', 0, 0],
    ['Conv', '1,2,4,4', 56, 54 * 16],
    ['Relu', '1,2,4,4', 0, 0],
    ['Reshape', '1,32', 0, 0],
    ['MatMul', '1,5', 160, 160],
    ['Identity', '1,5', 0, 0],
  ]);
  for (const [index, row] of rows.entries()) expect(row.inputs).toEqual(index === 0 ? [] : [rows[index - 1].name]);
  expect(totals).toEqual({ parameters: 216, trainable: 216, fixed: 0, multiplyAdds: 864 + 160 });
});
