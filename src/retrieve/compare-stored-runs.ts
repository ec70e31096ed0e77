import type { GatesConfig } from '../config/schema.ts';
import { documentsHash } from '../corpus/hash.ts';
import { EXIT, type ExitCode, UsageError } from '../errors.ts';
import { changeGates, stateOfGates } from '../gate/change-gates.ts';
import type { GateResult } from '../gate/verdict.ts';
import { ndcgAt, recallAt } from '../metrics/metric.ts';
import { compareRuns, type RunComparison } from '../parity/compare-runs.ts';
import { overCorpus } from '../record/run/manifest.ts';
import { compareReport } from '../report/compare-report.ts';
import type { ReportDocument } from '../report/model.ts';
import type { ComparedRun } from '../report/sections/compare.ts';
import { reportContext } from './derive/report-context.ts';
import { type JudgedRun, judgeRun } from './judge-run.ts';

/** How two stored runs are compared. */
export interface CompareOptions {
  /** Margins for the change of the candidate; absent: the change is shown and not judged. */
  readonly gates?: GatesConfig;
  /** Queries that the report lists in each direction; default 20. */
  readonly top?: number;
}

/** What has changed between two stored runs. */
export interface ComparedRuns {
  readonly comparison: RunComparison;
  /** Depth of the lists in the second run. */
  readonly k: number;
  /** Empty where nothing was to be judged. */
  readonly gates: readonly GateResult[];
  /** 1 where the candidate became worse by a margin, 3 where that could not be decided, else 0. */
  readonly exitCode: ExitCode;
  readonly report: ReportDocument;
  /** Files of the runs that were set aside, one sentence each. */
  readonly issues: readonly string[];
}

/**
 * Derives both runs again and compares them where their queries match.
 * @throws UsageError where a folder is no finished run, or the runs have no query in common.
 */
export async function compareStoredRuns(
  firstFolder: string,
  secondFolder: string,
  options: CompareOptions = {},
): Promise<ComparedRuns> {
  const first = await judgeRun(firstFolder);
  const second = await judgeRun(secondFolder);
  const comparison = compareRuns(first.input, second.input);
  if (comparison.matched === 0) {
    throw new UsageError('compare-queries', 'the two runs have no query in common', {
      hint: 'runs are paired by query id, text, collections and filter',
    });
  }
  const partial = [first, second].filter(({ findings }) => !findings.complete);
  const judged = options.gates === undefined ? [] : changeGates(comparison, options.gates);
  const gates = partial.length === 0 ? judged : judged.map(unlessPassed);
  const { k } = second.input;
  return {
    comparison,
    k,
    gates,
    exitCode: EXIT[stateOfGates(gates)],
    report: compareReport(comparison, {
      first: shown(first),
      second: shown(second),
      sameCorpus: corpusOf(first) === corpusOf(second),
      listed: [recallAt(k), ndcgAt(k)],
      top: options.top ?? 20,
      gates,
    }),
    issues: [
      ...first.reader.issues,
      ...second.reader.issues,
      ...partial.map(({ reader }) => `${reader.folder}: not complete: a part of it is compared`),
    ],
  };
}

/** What was asked of a part passes nothing. */
function unlessPassed(gate: GateResult): GateResult {
  if (gate.state !== 'pass') return gate;
  return { ...gate, state: 'inconclusive', reason: 'a run is not complete' };
}

function shown({ reader, findings }: JudgedRun): ComparedRun {
  const { description } = reader;
  const context =
    description === null
      ? null
      : reportContext(reader.id, description.createdAt, overCorpus(description, reader.folder));
  return {
    runId: reader.id,
    createdAt: context?.createdAt ?? null,
    incumbent: context?.incumbent ?? null,
    candidate: context?.candidate ?? null,
    latency: findings.latency,
  };
}

function corpusOf({ reader }: JudgedRun): string {
  const hashes = reader.description?.corpus?.hashes;
  return hashes === undefined ? '' : `${documentsHash(hashes.documents)} ${hashes.judgments}`;
}
