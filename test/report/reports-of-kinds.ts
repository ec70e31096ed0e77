import { replayReport } from '../../src/replay/report/replay-report.ts';
import { reportOf } from '../../src/report/blocks.ts';
import type { ReportDocument } from '../../src/report/model.ts';
import { equalRecallSections } from '../../src/report/sections/equal-recall.ts';
import { candidatesReport } from '../../src/retrieve/candidates/candidates-report.ts';
import { SHADOW_DEFAULTS } from '../../src/shadow/job/shadow-config.ts';
import type { ShadowGate } from '../../src/shadow/judge/gates.ts';
import { judgeShadow } from '../../src/shadow/judge/verdict.ts';
import { SHADOW_GATES } from '../../src/shadow/record/shadow-record.ts';
import { shadowReport } from '../../src/shadow/report/shadow-report.ts';
import type { SweepFindings } from '../../src/sweep/find/findings.ts';
import { sweepReport } from '../../src/sweep/report/sweep-report.ts';

/** A small report of every kind that has no run of its own among the stored ones; `name` is a name from outside. */
export function reportsOfKinds(name: string): Readonly<Record<string, ReportDocument>> {
  return {
    sweep: sweepReport(sweepFound(name)),
    shadow: shadowFound(),
    replay: replayReport(replayFound(name)),
    'equal recall': reportOf(equalRecallSections({ equalRecall: equalRecallFound(name) })),
    candidates: candidatesReport(candidatesFound(name), { state: 'fail', sentence: name }),
  };
}

function sweepFound(label: string): SweepFindings {
  const bounds = { lower: 0.8, upper: 0.995, undefinedCount: 0 };
  const variant = (effortName: string | null, m: string) => ({
    label,
    fingerprint: 'x',
    values: { m },
    effortName,
    index: {
      buildMs: 1200,
      readyMs: null,
      sizeBytes: 4096,
      kind: 'hnsw',
      quantisation: null,
      documents: 200,
      serverVersion: null,
    },
  });
  const point = (
    at: number,
    effort: number | null,
    mean: number | null,
    median: number | null,
  ) => ({
    variant: at,
    effort,
    selectivity: null,
    recall: { ...bounds, n: 50, mean },
    asked: 50,
    failed: mean === null ? 50 : 0,
    failure: mean === null ? label : null,
    short: 0,
    p50: { valueMs: 1, lowerMs: null, upperMs: null },
    p95: { valueMs: 3, lowerMs: 2, upperMs: 4 },
    perSecond: { median, least: median, greatest: median, slices: 5 },
    isOnFront: effort === 40,
  });
  return {
    schema: 1,
    k: 10,
    cell: 'search',
    corpus: { name: label, documents: 200, metric: 'cosine' },
    queries: 60,
    needs: 50,
    concurrency: 8,
    rounds: 5,
    requestsPerBlock: 100,
    complete: true,
    variants: [variant('ef', '8'), variant(null, '16')],
    points: [
      point(0, 10, 0.91, 4000),
      point(0, 40, 0.992, 1500),
      point(0, 160, 1, 400),
      point(1, null, null, null),
    ],
    reached: [
      { variant: 0, selectivity: null, target: 0.9, state: 'reached', point: 1 },
      { variant: 1, selectivity: null, target: 0.9, state: 'not reached', point: null },
    ],
    leftOut: [],
  };
}

function shadowFound(): ReportDocument {
  const gates = SHADOW_GATES.map(
    (name): ShadowGate => ({
      name,
      state: name === 'slow' ? 'fail' : 'pass',
      margin: 0.02,
      needs: 900,
      mean: name === 'slow' ? -0.09 : 0.0004,
      floor: name === 'overlap' || name === 'rbo' ? 0.001 : null,
      decidedAfter: 700,
      progress: { pass: 1, fail: 0 },
    }),
  );
  const hour = (at: number) => Date.UTC(2026, 0, 1, at);
  const evidence = {
    epoch: 'e',
    firstAtMs: hour(0),
    lastAtMs: hour(3),
    rows: 1000,
    incumbentFailed: 1,
    withoutRows: 3,
    unasked: { unsupported: 2, throttled: 1 },
    expired: 0,
    needs: 900,
    comparedNeeds: 897,
    gates,
    windows: [0, 1, 2, 3].map((at) => ({
      startMs: hour(at),
      rows: 200 + 40 * at,
      gates: at === 2 ? gates : [],
    })),
    windowCount: 4,
    latencyMs: { incumbent: { p50: 2, p95: 5 }, candidate: { p50: 3, p95: 9 } },
  };
  const dropped = { behind: 4, off: 0, tooLong: 0, noAnswer: 2, stopped: 0 };
  const tally = {
    seen: 10_000,
    mirrored: 1000,
    sampledOut: 8000,
    dropped,
    notReadOnly: 994,
    undecoded: 3,
    open: 0,
    askedAgain: 200,
  };
  const { plan } = SHADOW_DEFAULTS;
  return shadowReport({ plan, evidence, tally, events: [] }, judgeShadow(evidence));
}

function replayFound(capture: string) {
  const side = (name: 'incumbent' | 'candidate', times: number) => ({
    side: name,
    scheduled: 500,
    counts: { ok: 490, timeout: 10 },
    p50Ms: 2 * times,
    p95Ms: 9 * times,
    p99Ms: null,
    recall: 0.98,
  });
  const ratio = { ratio: 1.5, lower: 1.2, upper: null, n: 14 };
  return {
    capture,
    speed: 1,
    arrivals: 500,
    leftOut: 0,
    isComplete: true,
    sides: [side('incumbent', 1), side('candidate', 1.5)] as const,
    ratios: { p50: ratio, p95: { ...ratio, ratio: null, lower: null } },
    overlap: 0.01,
    rbo: 0.02,
    floor: { overlap: 0.001, rbo: 0.002 },
    repeated: 40,
    unread: 0,
    wholePairs: 12,
    pairs: 12,
    withoutRows: 2,
    slipP99Ms: 0.2,
  };
}

function equalRecallFound(effortName: string) {
  const side = (effort: number | null, mean: number) => ({
    effort,
    effortName,
    isEnough: true,
    recall: { n: 100, mean, lower: mean - 0.02, upper: mean + 0.01, undefinedCount: 0 },
  });
  return {
    target: 0.95,
    ofIncumbent: false,
    cell: 'search' as const,
    k: 10,
    incumbent: side(40, 0.96),
    candidate: side(null, 0.97),
    difference: { n: 100, mean: 0.01, lower: -0.01, upper: 0.02, undefinedCount: 0 },
    tolerance: 0.02,
    state: 'not shown' as const,
  };
}

function candidatesFound(label: string) {
  const candidate = (at: number) => ({
    run: `run-${at}`,
    label,
    state: 'pass' as const,
    held: 'pass' as const,
    sentence: label,
    quality: ['recall@1', 'recall@10'].map((metric) => ({
      cell: 'search' as const,
      metric,
      incumbent: 0.99,
      candidate: 0.98,
      difference: -0.01 * at,
      lower: -0.02 * at,
      upper: 0.005,
    })),
    latency: [{ cell: 'search' as const, quantile: 'p50', ratio: 1.1, lower: 1, upper: 1.2 }],
  });
  return {
    schema: 1 as const,
    incumbent: label,
    complete: true,
    sameTruth: true,
    candidates: [candidate(1), candidate(2)],
  };
}
