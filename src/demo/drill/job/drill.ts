import { EXIT, type ExitCode, UsageError } from '../../../errors.ts';
import { appendToLog, readAppendLog, replaceLog } from '../../../record/append-log.ts';
import { writeWhole } from '../../../record/files/write-whole.ts';
import { describeMachine } from '../../../record/machine/machine.ts';
import { renderMarkdown } from '../../../report/render/markdown.ts';
import { FAULTS } from '../../gateway/faults/registry.ts';
import type { DrillPlan } from '../measure/drill-plan.ts';
import { runDrill } from '../measure/run-drill.ts';
import { settingsHash } from '../measure/settings.ts';
import { drillDocument } from '../results/drill-report.ts';
import { type Requirement, requirementsOf } from '../results/requirements.ts';
import { type DrillHead, type DrillRecord, type RunRow, readDrill } from '../results/rows.ts';

/** What a drill needs beside its plan. */
export interface DrillOptions {
  /** The record: a line a run. The document is written beside it. */
  readonly file: string;
  /** What the file holds; null where it is new. */
  readonly before: DrillRecord | null;
  /** Whether what the plan chooses is done again. */
  readonly redo: boolean;
  readonly signal: AbortSignal;
  /** Told before the first run which runs are kept. */
  readonly onStart: (head: DrillHead, kept: number) => void;
  /** Told of each run, and of those that are left. */
  readonly onRun: (run: RunRow, left: number) => void;
}

/** How a drill ended; the record is null after an interrupt, when the file holds what was done. */
export interface DrillResult {
  readonly record: DrillRecord | null;
  readonly exitCode: ExitCode;
}

/**
 * Carries out a drill and keeps each run in its record as soon as it is over.
 * @throws UsageError where the record was made with other settings.
 * @throws InfrastructureError where the gateways do not start.
 */
export async function drill(plan: DrillPlan, options: DrillOptions): Promise<DrillResult> {
  const { file, before, redo, signal } = options;
  const head = before?.head ?? newHead(plan);
  if (head.settings !== settingsHash()) {
    throw new UsageError('drill-settings', `${file} was measured with other settings`, {
      hint: 'move it away and drill anew',
    });
  }
  const kept = (before?.runs ?? []).filter((run) => !(redo && isChosen(plan, run)));
  if (before === null || kept.length < before.runs.length) {
    await replaceLog(file, [head, ...kept]);
  }
  options.onStart(head, kept.length);
  const runs = new Map(kept.map((run) => [run.key, run]));
  try {
    await runDrill(plan, {
      known: FAULTS,
      done: new Map(runs),
      onRun: async (run, left) => {
        await appendToLog(file, [run], { sealed: true });
        runs.set(run.key, run);
        options.onRun(run, left);
      },
      signal,
    });
  } catch (error) {
    if (!signal.aborted || error instanceof UsageError) throw error;
    return { record: null, exitCode: EXIT.interrupted };
  }
  const record = { head, runs: [...runs.values()] };
  const document = renderMarkdown(drillDocument(record));
  await writeWhole(`${file.replace(/\.jsonl$/, '')}.md`, Buffer.from(document));
  return { record, exitCode: drillExit(requirementsOf(record.runs)) };
}

/** 0 where there are requirements and all of them hold, else 1. */
export function drillExit(requirements: readonly Requirement[]): ExitCode {
  const isMet = requirements.length > 0 && requirements.every(({ holds }) => holds);
  return isMet ? EXIT.pass : EXIT.fail;
}

/**
 * Reads the record of a drill; null where there is none. Lines that are not as they were written are told in `issues`.
 * @throws UsageError where a line is no row of a drill.
 */
export async function readDrillRecord(
  file: string,
): Promise<{ readonly record: DrillRecord | null; readonly issues: readonly string[] }> {
  try {
    const log = await readAppendLog(file);
    return { record: readDrill(log), issues: log.damaged.map(({ message }) => message) };
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    throw new UsageError('drill-record', message, {
      hint: 'fix the line, or name another file with --record',
    });
  }
}

function newHead({ masterSeed }: DrillPlan): DrillHead {
  const { cores, cpuModel, platform } = describeMachine();
  return {
    row: 'drill',
    schema: 1,
    masterSeed,
    startedAt: new Date().toISOString(),
    machine: `${cores} × ${cpuModel}, ${platform}`,
    settings: settingsHash(),
  };
}

/** Whether a run on record is one of those that a plan would make. */
function isChosen({ faults, pairs, cleanRuns }: DrillPlan, { purpose, planted }: RunRow): boolean {
  if (purpose === 'clean') return cleanRuns > 0;
  if (purpose === 'pair') return pairs.length > 0;
  return faults.some(({ kind }) => kind === planted[0]?.kind);
}
