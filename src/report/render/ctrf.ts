import { plainLine } from '../../plain-text.ts';
import { gateTitle, type JudgedReport } from '../judged.ts';

const STATUS = { pass: 'passed', fail: 'failed', inconclusive: 'other' } as const;

/** Runs as JSON of the Common Test Report Format (ctrf.io): a test a gate. */
export function renderCtrf(runs: readonly JudgedReport[]): string {
  const tests = runs.flatMap(({ runId, verdict: { gates } }) =>
    gates
      .filter(({ gated }) => gated)
      .map((gate) => ({
        name: plainLine(gateTitle(gate)),
        suite: [plainLine(runId)],
        status: STATUS[gate.state],
        duration: 0,
        message: plainLine(gate.reason),
      })),
  );
  const count = (status: string): number => tests.filter((test) => test.status === status).length;
  const times = runs.map(({ createdAt }) => Date.parse(createdAt)).filter(Number.isFinite);
  const summary = {
    tests: tests.length,
    passed: count('passed'),
    failed: count('failed'),
    pending: 0,
    skipped: 0,
    other: count('other'),
    start: times.length === 0 ? 0 : Math.min(...times),
    stop: times.length === 0 ? 0 : Math.max(...times),
  };
  const results = { tool: { name: 'retrieval-parity' }, summary, tests };
  return `${JSON.stringify({ reportFormat: 'CTRF', specVersion: '0.0.0', results }, null, 2)}\n`;
}
