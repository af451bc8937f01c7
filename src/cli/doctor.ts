/** `lookhear doctor`: what there is on this machine and what is used, in one paste for a bug report. */
import { spawnSync } from 'node:child_process';
import { arch, availableParallelism, cpus, freemem, release, totalmem } from 'node:os';
import { openNativeEngine } from '../engine/native.node.ts';
import { openWasmEngineFromDisk } from '../engine/wasm.node.ts';
import { cacheFolder } from '../weights/cacheFolder.node.ts';
import { findModelFolder, readModelFolder } from '../weights/modelFolder.node.ts';
import { describeFailure } from './failure.ts';
import type { OptionValues } from './options.ts';
import { checkOutputs } from './outputs.ts';
import { packageVersion } from './packageVersion.ts';
import type { Invocation } from './verb.ts';
import { isForPeople, jsonFile, writeJson } from './writeJson.ts';

/** @returns 5 where lookhear cannot work: no engine, or no usable model. */
export async function run({ options }: Invocation): Promise<0 | 5> {
  await checkOutputs([jsonFile(options)], { force: options.force === true, inputs: [] });
  const engine = await inspectEngine(options);
  const model = await inspectModel(options);
  const report = {
    schema: 'lookhear/doctor@1',
    lookhear: packageVersion(),
    node: process.version,
    system: { platform: process.platform, release: release(), arch: arch() },
    processor: { model: cpus()[0]?.model ?? null, cores: availableParallelism() },
    memory: { totalMiB: mebibytes(totalmem()), freeMiB: mebibytes(freemem()) },
    engine,
    ffmpeg: ffmpegVersion(),
    cache: cacheFolder(),
    model,
  };
  await writeJson(report, options);
  if (isForPeople(options)) {
    const { system, processor, memory } = report;
    const rows: [string, string][] = [
      ['lookhear', report.lookhear],
      ['node', `${report.node} on ${system.platform} ${system.release} ${system.arch}`],
      ['processor', `${processor.model ?? 'unknown'}, ${processor.cores} cores`],
      ['memory', `${memory.freeMiB} of ${memory.totalMiB} MiB free`],
      ['engine', engine.inUse === null ? `none: ${engine.why}` : `${engine.inUse}, ${engine.why}`],
      ['ffmpeg', report.ffmpeg ?? 'not found: m4a, aac, wma and the sound of videos cannot be read'],
      ['cache', report.cache],
      ['model', model.problem ?? `${model.name} ${model.version} in ${model.path}`],
    ];
    console.log(rows.map(([name, text]) => `  ${name.padEnd(12)} ${text}`).join('\n'));
  }
  return engine.inUse === null || model.problem !== null ? 5 : 0;
}

async function inspectEngine({ device = 'auto' }: OptionValues) {
  const native = device === 'wasm' ? null : await openNativeEngine();
  if (native !== null && 'createSession' in native) return { inUse: 'native', why: 'onnxruntime-node is installed' };
  const nativeAbsent = native === null ? null : firstLine(native.absent);
  if (device === 'native') return { inUse: null, why: `the native engine cannot be loaded: ${nativeAbsent}` };
  const wasm = await openWasmEngineFromDisk();
  if (!('createSession' in wasm))
    return { inUse: null, why: `the wasm engine cannot be loaded: ${firstLine(wasm.absent)}` };
  const why = nativeAbsent === null ? 'as asked for' : `because the native engine cannot be loaded: ${nativeAbsent}`;
  return { inUse: 'wasm', why };
}

async function inspectModel({ model: wanted }: OptionValues) {
  try {
    const path = await findModelFolder(wanted);
    const { model, sha256 } = await readModelFolder(path);
    return { name: model.name, version: model.version, sha256, path, problem: null };
  } catch (error) {
    return { name: null, version: null, sha256: null, path: null, problem: describeFailure(error).message };
  }
}

/** Null where there is no ffmpeg on the PATH. */
function ffmpegVersion(): string | null {
  const { stdout } = spawnSync('ffmpeg', ['-version'], { encoding: 'utf8', timeout: 5000 });
  return stdout?.split('\n')[0].replace(/ Copyright.*/, '') || null;
}

function mebibytes(bytes: number): number {
  return Math.round(bytes / 2 ** 20);
}

function firstLine(error: Error): string {
  return error.message.split('\n')[0];
}
