import { createHash } from 'node:crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import { evaluateGates } from '../../src/gate/evaluate.ts';
import { retrieveReport } from '../../src/report/retrieve-report.ts';
import { deriveFindings } from '../../src/retrieve/derive/derive-findings.ts';
import { pageOfRun } from '../../src/retrieve/page/page-of-run.ts';
import type { RecordedRun } from '../../src/retrieve/record/recorded-run.ts';
import { syntheticRun } from '../support/synthetic-run.ts';
import { HOSTILE } from './hostile.ts';
import { strangersIn } from './markup.ts';
import { storedRun } from './stored-report.ts';

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
async function pageOf(run: RecordedRun, words = 'old'): Promise<string> {
  const { findings, input, attributed } = await deriveFindings(run);
  const verdict = evaluateGates(findings, {});
  const context = { ...CONTEXT, incumbent: { url: words, about: words }, runId: words };
  const report = retrieveReport(findings, verdict, context);
  return pageOfRun(input, attributed, { findings, verdict, context, report }).page();
}

interface Data {
  readonly keys: readonly string[];
  readonly texts: readonly string[];
  readonly cells: readonly { readonly cell: string; readonly queries: readonly unknown[][] }[];
}

function dataOf(page: string): Data {
  const [, text = ''] = /<template id="data">([\s\S]*?)<\/template>/.exec(page) ?? [];
  return JSON.parse(
    text.replace(/&lt;/g, '<').replace(/&gt;/g, '>').replace(/&amp;/g, '&'),
  ) as Data;
}

describe('the page of a stored run', () => {
  let page = '';
  beforeAll(async () => {
    page = (await storedRun()).page();
  });

  it('is the same to the byte each time', async () => {
    expect((await storedRun()).page()).toBe(page);
  });

  it('allows its own style and script by their hashes, and nothing else', () => {
    const policy = /Content-Security-Policy" content="([^"]*)"/.exec(page)?.[1] ?? '';
    for (const [tag, directive] of [
      ['style', 'style-src'],
      ['script', 'script-src'],
    ]) {
      const source = page.split(`<${tag}>`)[1]?.split(`</${tag}>`)[0] ?? '';
      const hash = createHash('sha256').update(source).digest('base64');
      expect(policy).toContain(`${directive} 'sha256-${hash}'`);
    }
    expect(policy).toContain("default-src 'none'");
    expect(policy).not.toContain('unsafe');
  });

  it('shows what became of the documents of each side', () => {
    const census = page.split('Membership census</strong>')[1]?.split('</figure>')[0] ?? '';
    expect(census).toMatch(/incumbent.*<span class="state good">16<\/span> found first/s);
    expect(census).toMatch(/candidate.*<span class="state bad">2<\/span> in no answer/s);
  });

  it('is made of known elements, with no handlers and no styles in attributes', () => {
    expect(strangersIn(page)).toEqual([]);
  });

  it('answers in order: verdict, gates, quality, queries, causes, wire, contract, speed, environment', () => {
    const ids = [...page.matchAll(/<section class="chapter" id="([a-z]+)"/g)].map(([, id]) => id);
    expect(ids).toEqual([
      'gates',
      'quality',
      'queries',
      'causes',
      'wire',
      'contract',
      'speed',
      'environment',
    ]);
    expect(page.indexOf('<header class="verdict bad">')).toBeLessThan(page.indexOf('id="gates"'));
  });

  it('leads nowhere that is not there', () => {
    const ids = new Set([...page.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id));
    const links = [...page.matchAll(/href="#([^"]+)"/g)].map(([, id = '']) => id);
    expect(links.length).toBeGreaterThan(10);
    expect(links.filter((id) => !ids.has(id))).toEqual([]);
    expect([...page.matchAll(/ id="([^"]+)"/g)]).toHaveLength(ids.size);
  });

  it('holds each query with its three lists, exact cosines, scores as they came and what moved', () => {
    const { cells, keys } = dataOf(page);
    expect(cells.map(({ cell, queries }) => [cell, queries.length])).toEqual([
      ['search', 11],
      ['retrieve', 16],
    ]);
    const query = cells[0]?.queries.find(([id]) => id === 'q-0088') ?? [];
    const rows = query[9] as (number | string)[][];
    const lost = rows.filter(([, , old, now]) => old !== 0 && (now ?? 0) === 0);
    expect(lost.map(([key]) => keys[Number(key)])).toEqual(['workers/w-10']);
    expect(lost[0]?.[9]).toBe('membership');
    expect(query[5]).toBe('membership');
  });
});

it('shows hostile texts, ids, slices and messages as text', async () => {
  const words = (at: number): string => HOSTILE[at % HOSTILE.length] ?? '';
  const run = syntheticRun({
    queries: 2 * HOSTILE.length,
    documents: HOSTILE.length,
    tamper: (hits, { arm, queryIndex }) =>
      arm !== 'B' || queryIndex < 0
        ? hits
        : queryIndex % 7 === 1
          ? null
          : hits.map((hit, rank) => (rank === 1 ? { ...hit, id: words(queryIndex) } : hit)),
  });
  const hostile: RecordedRun = {
    ...run,
    corpus: {
      ...run.corpus,
      name: HOSTILE.join(' '),
      collections: run.corpus.collections.map((collection) => ({
        ...collection,
        documents: collection.documents.map((at, row) => ({ ...at, text: words(row) })),
      })),
      queries: run.corpus.queries.map((query, row) => ({
        ...query,
        text: words(row),
        slices: [words(row)],
      })),
    },
    observations: run.observations.map((row, at) =>
      row.outcome === 'ok' ? row : { ...row, detail: words(at) },
    ),
  };
  const page = await pageOf(hostile, HOSTILE.join(' '));
  expect(strangersIn(page)).toEqual([]);
  expect(dataOf(page).cells[0]?.queries.length).toBeGreaterThan(HOSTILE.length);
});

describe('the page of a run of 1,000 queries', () => {
  it('is at most 1 MB and holds every query', async () => {
    const page = await pageOf(
      syntheticRun({
        queries: 1000,
        documents: 400,
        tamper: (hits, { arm, queryIndex }) =>
          arm !== 'B'
            ? hits
            : queryIndex % 3 === 0
              ? hits.toReversed()
              : hits.filter(({ id }) => !id.endsWith('7')),
      }),
    );
    expect(Buffer.byteLength(page)).toBeLessThanOrEqual(1_000_000);
    expect(dataOf(page).cells.map(({ queries }) => queries.length)).toEqual([800, 1000]);
  });
});
