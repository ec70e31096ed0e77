import { randomBytes } from 'node:crypto';
import { loadavg } from 'node:os';
import { resolve } from 'node:path';
import type { Config, Origins } from '../src/config/resolve.ts';
import { loadCorpus } from '../src/corpus/load.ts';
import type { Corpus } from '../src/corpus/types.ts';
import { EXIT, type ExitCode, UsageError } from '../src/errors.ts';
import { judgeLoad, loadObjectives } from '../src/gate/load/judge-load.ts';
import type { LoadFinding } from '../src/gate/load/load-finding.ts';
import type { Rung } from '../src/load/drive/rung.ts';
import { measureLoad } from '../src/load/job/measure-load.ts';
import { hdrFileOf } from '../src/load/record/hdr-file.ts';
import { loadRowsOf } from '../src/load/record/load-rows.ts';
import { type LoadReport, renderLoad } from '../src/load/report/curve-table.ts';
import type { OpenBackends } from '../src/observe/open-backends.ts';
import { preflight } from '../src/observe/preflight.ts';
import { manifestFor } from '../src/observe/run-manifest.ts';
import { writeWhole } from '../src/record/files/write-whole.ts';
import type { ManifestInput } from '../src/record/manifest.ts';
import { createRun } from '../src/record/run-folder.ts';
import type { RunWriter } from '../src/record/run-writer.ts';
import { openBackends } from './backends.ts';
import type { RegisterCommand } from './command.ts';
import { addConfigOptions, configOf } from './config-options.ts';
import type { Io } from './io.ts';
import { addLoadOptions, type LoadFlags, type LoadPlan, loadPlanOf } from './load-flags.ts';
import { terminalProgress } from './terminal-progress.ts';

/** What one invocation is to do. */
interface Job {
  readonly config: Config;
  readonly origins: Origins;
  readonly corpus: Corpus;
  readonly flags: LoadFlags;
  readonly plan: LoadPlan;
  readonly io: Io;
}

/** `bench load`: the latency–throughput curve of two backends, from the same interleaved schedule. */
export const loadCommand: RegisterCommand = (program, io, done) => {
  addLoadOptions(addConfigOptions(program.command('load')))
    .description(
      'put two backends under the same open-loop load: latency, errors and recall by rate; judged where objectives are set (gates.p95.margin, gates.p99.maxMs, gates.recallUnderLoad, gates.errors)',
    )
    .action(async (flags: LoadFlags) => {
      const { config, origins } = await configOf(flags, io);
      const plan = loadPlanOf(flags);
      if (!flags.recall && config.gates.recallUnderLoad !== undefined) {
        throw new UsageError(
          'load-no-recall',
          '--no-recall leaves gates.recallUnderLoad undecided',
          {
            hint: 'leave out one of them',
          },
        );
      }
      const corpus = await loadCorpus(config.corpus);
      done(await load({ config, origins, corpus, flags, plan, io }));
    });
};

async function load(job: Job): Promise<ExitCode> {
  const { config, io } = job;
  const progress = terminalProgress(io);
  progress.stage('connecting', 0);
  let backends: OpenBackends | null = null;
  try {
    backends = await openBackends(config, io.signal);
    return await measureAndJudge(job, backends, progress);
  } catch (error) {
    if (io.signal.aborted && !(error instanceof UsageError)) return EXIT.interrupted;
    throw error;
  } finally {
    progress.end();
    await backends?.close();
  }
}

async function measureAndJudge(
  job: Job,
  backends: OpenBackends,
  progress: ReturnType<typeof terminalProgress>,
): Promise<ExitCode> {
  const { config, corpus, flags, plan, io } = job;
  const said = await preflight(backends, {
    collections: corpus.collections.map((collection) => collection.name),
    model: config.model,
    signal: io.signal,
  });
  const writer = await createRun({ parentFolder: config.runs, id: runId() });
  // One salt a run, so that hashes of secrets cannot be compared between runs.
  const salt = randomBytes(16).toString('hex');
  const manifest = (status: ManifestInput['status']) =>
    manifestFor({ kind: 'load', config, corpus, backends, said, status, salt });
  const loadBefore = loadavg()[0] ?? 0;
  let finished = false;
  try {
    const measures = await measureLoad({
      backends,
      config,
      corpus,
      flags,
      plan,
      signal: io.signal,
      progress,
      onRung: async ({ raw }, index, queries) => {
        await writer.writeLoad(
          `rate-${index + 1}`,
          loadRowsOf(raw.record, queries, { blocks: raw.blocks, recall: raw.recall }),
        );
      },
      onRamp: async ({ arm, record }, index, queries) => {
        const side = arm === 0 ? 'incumbent' : 'candidate';
        await writer.writeLoad(`ramp-${index + 1}-${side}`, loadRowsOf(record, queries, { side }));
      },
    });
    const isSet = (key: string) => (job.origins.get(key) ?? 'default') !== 'default';
    const input = await manifest(io.signal.aborted ? 'interrupted' : 'complete');
    const findings = measures.rungs.map(findingOf);
    const report: LoadReport = {
      ...measures,
      verdict: judgeLoad(findings, config.gates, isSet, !io.signal.aborted),
      provenance: provenanceOf(input, writer, loadBefore),
    };
    const json = jsonOf(report);
    const markdown = renderLoad(report);
    await writer.writeText('load.json', json);
    await writer.writeText('report.md', markdown);
    await writer.finish(input);
    finished = true;
    if (flags.hdr !== undefined) {
      const text = `${JSON.stringify(await hdrFileOf(measures.rungs), null, 2)}\n`;
      await writeWhole(resolve(io.cwd, flags.hdr), Buffer.from(text));
    }
    progress.end();
    io.stdout(flags.json === true ? json : markdown);
    io.stderr(`bench: run folder ${writer.folder}\n`);
    io.stderr(`bench: ${report.verdict.verdict}: ${report.verdict.sentence}\n`);
    if (io.signal.aborted) return EXIT.interrupted;
    if (loadObjectives(config.gates, isSet).length > 0 && measures.rungs.length === 0) {
      io.stderr('bench: objectives are judged at rates: name some with --rates\n');
    }
    return report.verdict.exitCode;
  } finally {
    if (!finished)
      await writer.finish(await manifest(io.signal.aborted ? 'interrupted' : 'failed'));
  }
}

function runId(): string {
  const stamp = new Date().toISOString().slice(0, 19).replaceAll(':', '-');
  return `${stamp}Z-${randomBytes(3).toString('hex')}-load`;
}

function findingOf({ ratePerSecond, validity, facts }: Rung): LoadFinding {
  return {
    ratePerSecond,
    valid: validity.valid,
    invalidReasons: validity.reasons,
    ...facts,
  };
}

function provenanceOf({ machine, versions }: ManifestInput, writer: RunWriter, loadBefore: number) {
  return [
    `${machine.cores} × ${machine.cpuModel}`,
    machine.platform,
    `Node ${versions.node}`,
    `undici ${versions.libraries.undici ?? 'unknown'}`,
    writer.createdAt,
    `load average ${loadBefore.toFixed(2)} before, ${(loadavg()[0] ?? 0).toFixed(2)} after`,
  ].join(' · ');
}

/** JSON knows no infinity: what never ended is written as the text `infinite`. Raw columns have files of their own. */
function jsonOf(report: LoadReport): string {
  const text = JSON.stringify(
    report,
    (key, value: unknown) => {
      if (key === 'raw' || key === 'record') return undefined;
      return value === Number.POSITIVE_INFINITY ? 'infinite' : value;
    },
    2,
  );
  return `${text}\n`;
}
