import { plainLine } from '../../plain-text.ts';
import { decidingGates, type JudgedReport } from '../judged.ts';

/**
 * Runs as JUnit XML: a suite a run, a case a gate and one for the verdict. What fails is a failure, what could not
 * be decided is skipped; the case of the verdict is an error where the run decides nothing, as the exit code is.
 */
export function renderJunit(runs: readonly JudgedReport[]): string {
  return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites name="retrieval-parity">\n${runs.map(suite).join('')}</testsuites>\n`;
}

function suite({ runId, createdAt, verdict }: JudgedReport): string {
  const gates = decidingGates(verdict);
  const cases = gates.map(({ title, state, why }) => testCase(runId, title, OUTCOMES[state], why));
  const outcome = VERDICTS[verdict.state];
  cases.push(testCase(runId, 'verdict', outcome, verdict.sentence));
  const count = (tag: string): number =>
    gates.filter(({ state }) => OUTCOMES[state] === tag).length + (outcome === tag ? 1 : 0);
  return `<testsuite name="${xml(runId)}" timestamp="${xml(createdAt)}" tests="${cases.length}" failures="${count('failure')}" errors="${count('error')}" skipped="${count('skipped')}">\n${cases.join('')}</testsuite>\n`;
}

const OUTCOMES = { pass: null, fail: 'failure', inconclusive: 'skipped' } as const;
const VERDICTS = {
  pass: null,
  fail: 'failure',
  inconclusive: 'error',
  'environment unfit': 'error',
  informational: null,
} as const;

function testCase(runId: string, name: string, outcome: string | null, why: string): string {
  const start = `  <testcase classname="${xml(runId)}" name="${xml(name)}"`;
  return outcome === null
    ? `${start}/>\n`
    : `${start}><${outcome} message="${xml(why)}"/></testcase>\n`;
}

function xml(text: string): string {
  return plainLine(text)
    .replace(/[\uFFFE\uFFFF]/g, '\uFFFD')
    .replace(/&/g, '&amp;')
    .replace(/</g, '&lt;')
    .replace(/>/g, '&gt;')
    .replace(/"/g, '&quot;');
}
