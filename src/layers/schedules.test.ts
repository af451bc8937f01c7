import { describe, expect, it } from 'vitest';
import { constantSchedule, cosineSchedule, polySchedule, stepSchedule } from './schedules.ts';

describe('schedules', () => {
  it('constant', () => {
    expect(constantSchedule(0.1)(1000)).toBe(0.1);
  });

  it('step, multiplied at each boundary', () => {
    const schedule = stepSchedule({ rate: 1, at: [3, 5], factor: 0.1 });
    expect([0, 2, 3, 4, 5, 99].map(schedule)).toEqual([1, 1, 0.1, 0.1, 0.1 ** 2, 0.1 ** 2]);
  });

  it('poly, to 0 at the end and no further', () => {
    const schedule = polySchedule({ rate: 0.01, steps: 100 });
    expect(schedule(0)).toBe(0.01);
    expect(schedule(50)).toBeCloseTo(0.01 * 0.5 ** 0.9, 12);
    expect([schedule(100), schedule(150)]).toEqual([0, 0]);
    expect(polySchedule({ rate: 1, steps: 4, power: 2 })(2)).toBe(0.25);
  });

  it('cosine, after a warm-up', () => {
    const schedule = cosineSchedule({ peak: 2, steps: 14, warmUp: 4 });
    expect([0, 1, 2, 3, 4].map(schedule)).toEqual([0.5, 1, 1.5, 2, 2]);
    expect(schedule(9)).toBeCloseTo(1, 12);
    expect(schedule(14)).toBeCloseTo(0, 12);
    expect(schedule(20)).toBeCloseTo(0, 12);
  });
});
