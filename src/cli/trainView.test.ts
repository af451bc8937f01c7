import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it } from 'vitest';
import { plainTrainLine, renderTrainView, sparkLine, startTrainView, type TrainViewState } from './trainView.ts';

const state: TrainViewState = {
  step: 1240,
  steps: 12_000,
  epoch: 4,
  epochs: 30,
  losses: [8, 7, 6, 5, 4, 3, 2, 1, 0.2134],
  validation: { name: 'ciou', value: 0.412, baseline: { name: 'centred square', value: 0.388 } },
  picturesPerSecond: 0.4123,
  secondsLeft: 26_000,
  folder: 'runs/report',
  savedStep: 1200,
};

describe('the view of a training', () => {
  it('says how far, how well beside the baseline, how fast, how long and where it saves', () => {
    expect(renderTrainView(state, 80)).toBe(
      [
        'train       epoch 4/30  step 1,240/12,000  10 %',
        'loss        0.213  █▇▆▅▄▄▃▂▁',
        'validation  ciou 0.412, above centred square 0.388',
        'speed       0.41 pictures/s  about 7.2 h left',
        'folder      runs/report  saved at step 1,200',
      ].join('\n'),
    );
  });

  it('can be drawn before there is anything to say', () => {
    const { validation, savedStep, ...rest } = state;
    const text = renderTrainView({ ...rest, step: 0, losses: [], secondsLeft: Number.NaN }, 80);
    expect(text).toContain('validation  none yet');
    expect(text).toContain('nothing saved yet');
    expect(text).toContain('loss        -');
    expect(text).toContain('time left unknown');
    expect(text).not.toMatch(/NaN|Infinity|undefined/);
  });

  it('says in words where the score is worth nothing', () => {
    const poor = { ...state, validation: { ...state.validation!, value: 0.388 } };
    expect(renderTrainView(poor, 80)).toContain('ciou 0.388, not above centred square 0.388');
  });

  it.each([1, 5, 20, 40, 60, 200])('fits a terminal %i columns wide', (columns) => {
    const long = { ...state, folder: `/runs/${'deep/'.repeat(20)}run` };
    for (const line of renderTrainView(long, columns, true).split('\n')) {
      expect(stripVTControlCharacters(line).length).toBeLessThan(Math.max(2, columns));
    }
  });

  it('keeps the end of a long path', () => {
    const text = renderTrainView({ ...state, folder: `/runs/${'deep/'.repeat(20)}run` }, 60);
    expect(text.split('\n')[4]).toMatch(/^folder {6}….*deep\/run {2}saved at step 1,200$/);
  });

  it('colours the score by what it is worth, and only where colour is asked for', () => {
    const poor = { ...state, validation: { ...state.validation!, value: 0.1 } };
    expect(renderTrainView(state, 80, true)).toContain('\u001b[32mvalidation');
    expect(renderTrainView(poor, 80, true)).toContain('\u001b[33mvalidation');
    expect(renderTrainView(state, 80)).not.toContain('\u001b');
  });
});

it('is one plain line where there is no terminal', () => {
  expect(plainTrainLine(state)).toBe(
    'train  epoch 4/30  step 1,240/12,000  10 %  loss 0.213  ciou 0.412, above centred square 0.388  0.41 pictures/s  about 7.2 h left',
  );
});

describe('a spark line', () => {
  it('has at most 30 characters, each the mean of its share', () => {
    expect(sparkLine([])).toBe('');
    expect(sparkLine([3, 3])).toBe('▁▁');
    expect(sparkLine([0, 7, 3])).toBe('▁█▄');
    const steps = Array.from({ length: 240 }, (_, index) => (index < 120 ? 0 : index % 2 === 0 ? 1.5 : 0.5));
    expect(sparkLine(steps)).toBe('▁'.repeat(15) + '█'.repeat(15));
  });
});

/** A stream that remembers, and a clock that goes on by hand. */
function stage(isTTY: boolean, environment: { NO_COLOR?: string } = {}) {
  const written: string[] = [];
  const clock = { time: 0 };
  const stream = { isTTY, columns: 80, write: (text: string) => written.push(text) };
  return { written, clock, view: startTrainView({ stream, now: () => clock.time, environment }) };
}

describe('the live view', () => {
  it('is redrawn in place, at most ten times a second, and taken away at the end', () => {
    const { written, clock, view } = stage(true);
    view.update(state);
    clock.time = 50;
    view.update(state);
    expect(written).toHaveLength(1);
    clock.time = 120;
    view.update({ ...state, step: 1241 });
    expect(written.slice(1)).toEqual(['\u001b[5F\u001b[0J', expect.stringContaining('step 1,241')]);
    view.end();
    expect(written.at(-1)).toBe('\u001b[5F\u001b[0J');
  });

  it('lets a note pass above it', () => {
    const { written, view } = stage(true);
    view.update(state);
    view.note('The checkpoint of step 20 is damaged.');
    expect(written.slice(1)).toEqual([
      '\u001b[5F\u001b[0J',
      'The checkpoint of step 20 is damaged.\n',
      expect.stringContaining('step 1,240'),
    ]);
  });

  it('has no colour where NO_COLOR asks for none', () => {
    const plain = stage(true, { NO_COLOR: '1' });
    plain.view.update(state);
    expect(plain.written[0]).not.toContain('\u001b[3');
    const coloured = stage(true);
    coloured.view.update(state);
    expect(coloured.written[0]).toContain('\u001b[32m');
  });

  it('is a line a minute, with no control characters, where there is no terminal', () => {
    const { written, clock, view } = stage(false);
    for (clock.time = 0; clock.time < 150_000; clock.time += 1000) view.update(state);
    view.note('a note');
    view.end();
    expect(written).toHaveLength(4);
    expect(written.join('')).not.toContain('\u001b');
  });
});
