import { plainLine } from '../../plain-text.ts';
import { decidingGates, type JudgedReport } from '../judged.ts';

const STATUS = {
  pass: 'passed',
  informational: 'passed',
  fail: 'failed',
  inconclusive: 'other',
  'environment unfit': 'other',
} as const;

/** Runs as JSON of the Common Test Report Format (ctrf.io): a test a gate and one for the verdict. */
export function renderCtrf(runs: readonly JudgedReport[]): string {
  const tests = runs.flatMap(({ runId, verdict }) =>
    [
      ...decidingGates(verdict),
      // An interrupted run, or one of an unfit environment, is open though every gate may pass.
      { title: 'verdict', state: verdict.state, why: verdict.sentence },
    ].map(({ title, state, why }) => ({
      name: plainLine(title),
      suite: [plainLine(runId)],
      status: STATUS[state],
      duration: 0,
      message: plainLine(why),
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
