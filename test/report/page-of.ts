import { evaluateGates } from '../../src/gate/evaluate.ts';
import { retrieveReport } from '../../src/report/retrieve-report.ts';
import { deriveFindings } from '../../src/retrieve/derive/derive-findings.ts';
import { pageOfRun } from '../../src/retrieve/page/page-of-run.ts';
import type { RecordedRun } from '../../src/retrieve/record/recorded-run.ts';

const CONTEXT = {
  runId: 'run-1',
  createdAt: '2026-01-01T00:00:00.000Z',
  toolVersion: '0.0.0',
  corpusHash: 'abc',
  incumbent: { url: 'http://127.0.0.1:1', about: 'old' },
  candidate: { url: 'http://127.0.0.1:2', about: 'new' },
  machine: 'a machine',
  node: '24.0.0',
  swapped: false,
};

/** The page of a recorded run. */
export async function pageOf(run: RecordedRun, words = 'old'): Promise<string> {
  const { findings, input, attributed } = await deriveFindings(run);
  const verdict = evaluateGates(findings, {});
  const context = { ...CONTEXT, incumbent: { url: words, about: words }, runId: words };
  const report = retrieveReport(findings, verdict, context);
  const source = { input, attributed, floor: run.floor ?? null };
  return pageOfRun(source, { findings, verdict, context, report }).page();
}

interface Data {
  readonly keys: readonly string[];
  readonly texts: readonly string[];
  readonly cells: readonly { readonly cell: string; readonly queries: readonly unknown[][] }[];
}

/** What the script of a page reads. */
export function dataOf(page: string): Data {
  const [, text = ''] = /<template id="data">([\s\S]*?)<\/template>/.exec(page) ?? [];
  return JSON.parse(
    text.replace(/&lt;/g, '<').replace(/&gt;/g, '>').replace(/&amp;/g, '&'),
  ) as Data;
}
