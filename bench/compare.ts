import { resolve } from 'node:path';
import type { GatesConfig } from '../src/config/schema.ts';
import { EXIT, type ExitCode, UsageError } from '../src/errors.ts';
import { judge } from '../src/gate/gates/quality-gates.ts';
import { marginFor } from '../src/gate/margins.ts';
import type { GateResult } from '../src/gate/verdict.ts';
import { metricLabel, ndcgAt, recallAt } from '../src/metrics/metric.ts';
import { compareRuns, type RunComparison } from '../src/parity/compare-runs.ts';
import { encodeMetrics } from '../src/parity/stored-findings.ts';
import { compareReport } from '../src/report/compare-report.ts';
import { renderMarkdown } from '../src/report/render/markdown.ts';
import type { ComparedRun } from '../src/report/sections/compare.ts';
import { reportContext } from '../src/retrieve/derive/report-context.ts';
import { type JudgedRun, judgeRun } from '../src/retrieve/judge-run.ts';
import { documentsHash } from '../src/retrieve/record/stored-run.ts';
import type { RegisterCommand } from './command.ts';
import { addConfigOptions, type ConfigFlags, configOf } from './config-options.ts';

interface CompareFlags extends ConfigFlags {
  readonly gate?: boolean;
  readonly top: string;
  readonly json?: boolean;
}

/** `bench compare RUN RUN`: what has changed between two stored runs, paired where their queries match. */
export const compareCommand: RegisterCommand = (program, io, done) => {
  addConfigOptions(program.command('compare'))
    .description('compare two stored runs, paired where their queries match')
    .argument('<first>', 'a run folder')
    .argument('<second>', 'a later run folder')
    .option('--gate', 'judge the change of the candidate: exit 1 where it is worse by a margin')
    .option('--top <n>', 'queries to list', '20')
    .option('--json', 'print everything as JSON')
    .action(async (firstFolder: string, secondFolder: string, flags: CompareFlags) => {
      const top = Number(flags.top);
      if (!Number.isInteger(top) || top < 0) {
        throw new UsageError('compare-top', `--top: ${JSON.stringify(flags.top)} is no count`, {
          hint: 'for example --top 50',
        });
      }
      const { config } = await configOf(flags, io);
      const first = await judgeRun(resolve(io.cwd, firstFolder));
      const second = await judgeRun(resolve(io.cwd, secondFolder));
      for (const issue of [...first.reader.issues, ...second.reader.issues]) {
        io.stderr(`bench: ${issue}\n`);
      }
      const comparison = compareRuns(first.input, second.input);
      if (comparison.matched === 0) {
        throw new UsageError('compare-queries', 'the two runs have no query in common', {
          hint: 'runs are paired by query id, text, collections and filter',
        });
      }
      const gates = flags.gate === true ? changeGates(comparison, config.gates) : [];
      const { k } = second.input;
      io.stdout(
        flags.json === true
          ? `${JSON.stringify({
              ...comparison,
              metrics: encodeMetrics(comparison.metrics),
              queries: encodeMetrics(comparison.queries),
              gates,
            })}\n`
          : renderMarkdown(
              compareReport(comparison, {
                first: shown(first),
                second: shown(second),
                sameCorpus: corpusOf(first) === corpusOf(second),
                listed: [recallAt(k), ndcgAt(k)],
                top,
                gates,
              }),
            ),
      );
      done(exitCode(gates));
    });
};

/** The candidates' differences between the runs, against the margins of the configuration. */
function changeGates({ metrics }: RunComparison, gates: GatesConfig): GateResult[] {
  return metrics.flatMap(({ cell, side, metric, k, differences }) => {
    const margin = marginFor(gates, metric, { cell, slice: null, k });
    if (side !== 'candidate' || margin === null) return [];
    return [{ ...judge(differences, margin), name: metricLabel(metric), cell, slice: null }];
  });
}

function exitCode(gates: readonly GateResult[]): ExitCode {
  if (gates.some(({ state }) => state === 'fail')) return EXIT.fail;
  return gates.some(({ state }) => state === 'inconclusive') ? EXIT.inconclusive : EXIT.pass;
}

function shown({ reader, findings }: JudgedRun): ComparedRun {
  const { manifest } = reader;
  const context = manifest === null ? null : reportContext(reader.id, manifest.createdAt, manifest);
  return {
    runId: reader.id,
    createdAt: context?.createdAt ?? null,
    incumbent: context?.incumbent ?? null,
    candidate: context?.candidate ?? null,
    latency: findings.latency,
  };
}

function corpusOf({ reader }: JudgedRun): string {
  const hashes = reader.manifest?.corpus.hashes;
  return hashes === undefined ? '' : `${documentsHash(hashes.documents)} ${hashes.judgments}`;
}
