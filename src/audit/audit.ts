import { parseTolerance, type Tolerance } from '../gate/tolerance.ts';
import { type Check, type CompareRules, compareFigures } from './compare.ts';
import type { MetricLog, MetricValue } from './metric-log.ts';
import type { AuditPhase, PhaseFile } from './phase-file.ts';
import { type AuditWorld, readSource, type SourceResult } from './source.ts';

/** What an audit is asked to do. */
export interface AuditOptions {
  /** Figures of the reference implementation; null where every phase names its own source. */
  readonly expected: MetricLog | null;
  readonly actual: MetricLog | null;
  readonly phases: PhaseFile | null;
  /** From the command line; goes before what a phase file says. */
  readonly tolerance: Tolerance | null;
  readonly tolerances: ReadonlyMap<string, Tolerance>;
  readonly optional: ReadonlySet<string>;
  /** Phases that are left out, with the reason. */
  readonly skip: ReadonlyMap<string, string>;
}

/** A phase that was left out. */
interface SkippedPhase {
  readonly phase: string;
  readonly reason: string;
}

/** Everything an audit found. */
export interface AuditResult {
  readonly checks: readonly Check[];
  readonly skipped: readonly SkippedPhase[];
  /** Lines that were set aside. */
  readonly problems: readonly string[];
}

const EXACT: Tolerance = { kind: 'absolute', size: 0, direction: 'both' };
const NO_FIGURES: ReadonlyMap<string, MetricValue> = new Map();

/**
 * Compares two implementations phase by phase; phases that only the logs know are audited with the defaults.
 * An abort ends the audit after the phase at hand.
 */
export async function audit(options: AuditOptions, world: AuditWorld): Promise<AuditResult> {
  const checks: Check[] = [];
  const skipped: SkippedPhase[] = [];
  const problems = [...(options.expected?.problems ?? []), ...(options.actual?.problems ?? [])];
  if (problems.length > 0) checks.push(failed('', 'readable logs', problems[0] ?? ''));
  for (const phase of plannedPhases(options)) {
    const reason = options.skip.get(phase.phase) ?? phase.skip;
    if (reason !== undefined) {
      skipped.push({ phase: phase.phase, reason });
      continue;
    }
    if (world.signal.aborted) break;
    const result = await auditPhase(phase, options, world);
    checks.push(...result.checks);
    problems.push(...result.problems);
    if (result.skipped !== null) skipped.push({ phase: phase.phase, reason: result.skipped });
  }
  return { checks, skipped, problems };
}

function plannedPhases({ phases, expected, actual }: AuditOptions): AuditPhase[] {
  const planned = phases?.phases ?? [];
  const known = new Set(planned.map(({ phase }) => phase));
  const others = [...(expected?.phases.keys() ?? []), ...(actual?.phases.keys() ?? [])];
  return [
    ...planned,
    ...[...new Set(others)]
      .filter((phase) => !known.has(phase))
      .map((phase) => ({ phase, title: '', required: true, tolerances: {}, optional: [] })),
  ];
}

async function auditPhase(
  phase: AuditPhase,
  options: AuditOptions,
  world: AuditWorld,
): Promise<{ checks: Check[]; problems: readonly string[]; skipped: string | null }> {
  const sources: SourceResult[] = [];
  const figuresOf = async (
    own: AuditPhase['expect'],
    shared: MetricLog | null,
  ): Promise<ReadonlyMap<string, MetricValue> | null> => {
    if (own === undefined) return shared?.phases.get(phase.phase) ?? (shared && NO_FIGURES);
    const result = await readSource(own, world);
    sources.push(result);
    return new Map([
      ...(result.log.phases.get('') ?? []),
      ...(result.log.phases.get(phase.phase) ?? []),
    ]);
  };
  const expected = await figuresOf(phase.expect, options.expected);
  const actual = await figuresOf(phase.actual, options.actual);
  const problems = sources.flatMap(({ log }) => log.problems);
  const broken = sources.find(({ failure }) => failure !== '');
  if (broken !== undefined && !phase.required) {
    return { checks: [], problems, skipped: broken.failure };
  }
  const checks = sources.flatMap((source) => sourceChecks(phase, source));
  if (expected !== null && actual !== null) {
    checks.push(...compareFigures(expected, actual, rulesOf(phase, options)));
  }
  if (checks.length === 0) {
    checks.push({
      ...failed(phase.phase, 'figures', 'nothing to compare'),
      required: phase.required,
    });
  }
  return { checks, problems, skipped: null };
}

function sourceChecks(phase: AuditPhase, { failure, exit, log }: SourceResult): Check[] {
  const { required } = phase;
  if (failure !== '') return [{ ...failed(phase.phase, 'source', failure), required }];
  const checks: Check[] = [];
  if (log.problems.length > 0) {
    checks.push({ ...failed(phase.phase, 'readable log', log.problems[0] ?? ''), required });
  }
  if (exit !== null) {
    const ok = exit.code === exit.expected;
    checks.push({
      ...failed(phase.phase, 'exit code', ''),
      required,
      ok,
      status: ok ? 'equal' : 'different',
      expected: String(exit.expected),
      actual: String(exit.code),
    });
  }
  return checks;
}

function rulesOf(phase: AuditPhase, options: AuditOptions): CompareRules {
  const written = phase.tolerance ?? options.phases?.tolerance;
  const origin = `phase ${phase.phase}`;
  const own = Object.entries(phase.tolerances).map(
    ([name, text]) => [name, parseTolerance(text, `${origin}, ${name}`)] as const,
  );
  return {
    phase: phase.phase,
    required: phase.required,
    tolerance:
      options.tolerance ?? (written === undefined ? EXACT : parseTolerance(written, origin)),
    tolerances: new Map([...own, ...options.tolerances]),
    optional: new Set([...phase.optional, ...options.optional]),
  };
}

function failed(phase: string, name: string, note: string): Check {
  return {
    phase,
    name,
    required: true,
    status: 'failed',
    ok: false,
    expected: null,
    actual: null,
    difference: null,
    note,
  };
}
