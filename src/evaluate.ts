/** The door to evaluation: published test sets and lists of one's own, as `lookhear evaluate` scores them. */
export type { Benchmark, BenchmarkItem } from './benchmarks/benchmark.ts';
export { readOurs } from './benchmarks/ours.ts';
export { readBenchmark } from './benchmarks/registry.ts';
export { type EvaluateOptions, evaluateBenchmark } from './evaluate/evaluateBenchmark.ts';
export type { Evaluation } from './evaluate/evaluation.ts';
export { htmlReport } from './evaluate/report/htmlReport.ts';
export { markdownReport } from './evaluate/report/markdownReport.ts';
export { readThreshold, type Threshold } from './evaluate/threshold.ts';
