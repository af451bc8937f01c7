/** Medians of the networks as a table for people, or as data. */
import { aimed, inColumns, type Report, short } from './report.ts';

export interface NetworkRow {
  readonly name: string;
  readonly text: string;
  /** Of one run. */
  readonly seconds: number;
  /** Rate of the convolutions and dense layers of the layer table, and the same as a share of the matrix product's. */
  readonly gigaflops: number;
  readonly rateShare: number;
  readonly rateTarget: number | null;
  readonly peer: { readonly name: string; readonly seconds: number; readonly peakMebibytes: number } | null;
  /** The peer's seconds divided by ours. */
  readonly ratio: number | null;
  readonly ratioTarget: number | null;
  /** The most memory that the process has had. */
  readonly peakMebibytes: number;
}

export interface NetworksReport extends Omit<Report, 'schema' | 'rows'> {
  readonly schema: 'lookhear/bench-networks@1';
  readonly rows: readonly NetworkRow[];
}

export function formatNetworksReport({
  machine,
  load,
  engine,
  threads,
  rounds,
  pytorch,
  rows,
}: NetworksReport): string {
  const head = [
    `${machine.processor}, ${machine.cores} cores, Node ${machine.node}; load ${load.map(short).join(' before, ')} after`,
    `engine ${engine}, threads ${threads}; medians of ${rounds} rounds in turn with ` +
      `${pytorch === null ? 'nothing: no PyTorch here' : `PyTorch ${pytorch}`}; each in a process of its own`,
    '',
  ];
  const table = [
    ['', 'ms', 'GFLOP/s', 'of matrix product', 'peer', 'ms', 'ratio', 'peak MiB', "peer's"],
    ...rows.map(cells),
  ];
  return [...head, ...inColumns(table)].join('\n');
}

function cells({
  text,
  seconds,
  gigaflops,
  rateShare,
  rateTarget,
  peer,
  ratio,
  ratioTarget,
  peakMebibytes,
}: NetworkRow): string[] {
  return [
    text,
    short(1000 * seconds),
    short(gigaflops),
    aimed(rateShare, rateTarget),
    peer?.name ?? '',
    peer ? short(1000 * peer.seconds) : '',
    aimed(ratio, ratioTarget),
    peakMebibytes.toFixed(0),
    peer ? peer.peakMebibytes.toFixed(0) : '',
  ];
}
