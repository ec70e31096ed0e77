import { beforeAll, describe, expect, it } from 'vitest';
import { verdictSentence } from '../../src/gate/sentence.ts';
import type { JudgedReport, ShownVerdict } from '../../src/report/judged.ts';
import { renderCsv } from '../../src/report/render/csv.ts';
import { renderCtrf } from '../../src/report/render/ctrf.ts';
import { githubAnnotations, githubSummary } from '../../src/report/render/github.ts';
import { renderJunit } from '../../src/report/render/junit.ts';
import { renderPrometheus } from '../../src/report/render/prometheus.ts';
import { HOSTILE } from './hostile.ts';
import { reportOfRun, storedRun } from './stored-report.ts';

let verdict: ShownVerdict;
let run: JudgedReport;
beforeAll(async () => {
  const stored = (await storedRun()).verdict;
  verdict = { ...stored, sentence: verdictSentence(stored) };
  run = { runId: 'run-1', createdAt: '2026-01-01T00:00:00.000Z', verdict };
});

/** The run with a text wherever one can stand. */
function hostile(words: string): JudgedReport {
  const gates = verdict.gates.map((gate) => ({ ...gate, slice: words, reason: words }));
  return { ...run, runId: words, verdict: { ...verdict, gates, sentence: words } };
}

describe('JUnit', () => {
  it('has a case a gate and one for the verdict', () => {
    const xml = renderJunit([run]);
    expect(xml).toContain('tests="16" failures="2" errors="0" skipped="6"');
    expect(xml).toContain('name="membership of the candidate"><failure message="2 of 16 documents');
    expect(xml.match(/<testcase /g)).toHaveLength(16);
  });

  it.each(HOSTILE)('holds text as text: %#', (words) => {
    const xml = renderJunit([hostile(words)]);
    const tags = [...xml.matchAll(/<[^>]*>/g)].map(([tag]) => tag);
    const known =
      /^(<\?xml [^<>]*\?>|<\/?(testsuites|testsuite|testcase|failure|skipped|error)( [a-z]+="[^"<>]*")*\/?>)$/;
    expect(tags.filter((tag) => !known.test(tag))).toEqual([]);
    expect(xml).not.toMatch(/(?!\n)[\p{Cc}\p{Cs}]/u);
  });
});

it('CTRF counts what it lists', () => {
  const { results } = JSON.parse(renderCtrf([run, run])) as {
    results: { summary: Record<string, number>; tests: unknown[] };
  };
  expect(results.tests).toHaveLength(32);
  expect(results.summary).toMatchObject({ tests: 32, passed: 16, failed: 4, other: 12 });
});

describe.each(['inconclusive', 'environment unfit'] as const)(
  'a run that is %s though no gate is open',
  (state) => {
    const open = () => {
      const gates = verdict.gates.filter((gate) => gate.state === 'pass');
      return [{ ...run, verdict: { state, sentence: 'it says nothing', gates } }];
    };

    it('is green in no format', () => {
      expect(renderJunit(open())).toMatch(/name="verdict"><error message="it says nothing"/);
      const { results } = JSON.parse(renderCtrf(open())) as { results: { summary: object } };
      expect(results.summary).toMatchObject({ failed: 0, other: 1 });
      expect(githubAnnotations(open())).toMatch(
        /^::(warning|error) title=verdict%3A (inconclusive|environment unfit)::it says nothing \(run-1\)\n$/,
      );
      expect(renderPrometheus(open())).toContain(`verdict{run="run-1",state="${state}"} 1`);
    });
  },
);

describe('Prometheus', () => {
  it('gives each gate its figures and leaves out what is undefined', () => {
    const text = renderPrometheus([run]);
    expect(text).toContain('retrieval_parity_verdict{run="run-1",state="fail"} 1\n');
    expect(text).toMatch(/gate_margin\{run="run-1",gate="recall@5",cell="search",slice=""\} 0.3\n/);
    expect(text).not.toMatch(/NaN|null|gate_margin\{[^}]*membership/);
  });

  it.each(HOSTILE)('keeps a line a sample: %#', (words) => {
    const line = /^(# (HELP|TYPE) .*|[a-z_]+\{([a-z]+="([^"\\]|\\["\\])*",?)*\} [-+0-9.e]+)$/;
    const lines = renderPrometheus([hostile(words)])
      .trimEnd()
      .split('\n');
    expect(lines.filter((each) => !line.test(each))).toEqual([]);
  });
});

describe('CSV', () => {
  it('has a row a gate', () => {
    const rows = renderCsv([run]).trimEnd().split('\r\n');
    expect(rows).toHaveLength(verdict.gates.length + 1);
    expect(rows[0]).toContain('run,created_at,verdict,gate');
  });

  it('starts no formula, and keeps a row on a line', () => {
    for (const words of [...HOSTILE, '=1+1', '+1', '@x', '-1', '"']) {
      const rows = renderCsv([hostile(words)])
        .trimEnd()
        .split('\r\n');
      expect(rows).toHaveLength(verdict.gates.length + 1);
    }
    expect(renderCsv([hostile('=1+1')])).not.toMatch(/(^|,)"?=/m);
  });
});

describe('GitHub', () => {
  it('annotates at most nine gates and counts the others', () => {
    const many: ShownVerdict = { ...verdict, gates: [...verdict.gates, ...verdict.gates] };
    const lines = githubAnnotations([{ ...run, verdict: many }])
      .trimEnd()
      .split('\n');
    expect(lines).toHaveLength(10);
    expect(lines[0]).toMatch(
      /^::error title=membership of the candidate%3A fail::2 of 16 documents/,
    );
    expect(lines[9]).toBe('::notice title=retrieval-parity::5 more; all are in the step summary');
  });

  it('says nothing where all gates pass', () => {
    const gates = verdict.gates.filter(({ state }) => state === 'pass');
    expect(githubAnnotations([{ ...run, verdict: { ...verdict, state: 'pass', gates } }])).toBe('');
  });

  it.each(HOSTILE)('starts no command of its own: %#', (words) => {
    const lines = githubAnnotations([hostile(`\n::error::x ${words}`)])
      .trimEnd()
      .split('\n');
    expect(lines).toHaveLength(7);
    for (const line of lines) expect(line).toMatch(/^::(error|warning) title=[^:,]*::[^\n\r]*$/);
  });

  it('cuts a summary that GitHub would not show', async () => {
    const report = reportOfRun(await storedRun());
    const size = Buffer.byteLength(githubSummary(Array.from({ length: 100 }, () => report)));
    expect(size).toBeLessThan(1_010_000);
    expect(githubSummary([report])).toMatch(/^# Retrieval parity/);
  });
});
