import { createHash } from 'node:crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import type { RecordedRun } from '../../src/retrieve/record/recorded-run.ts';
import { syntheticRun } from '../support/synthetic-run.ts';
import { HOSTILE } from './hostile.ts';
import { strangersIn } from './markup.ts';
import { dataOf, pageOf } from './page-of.ts';
import { storedRun } from './stored-report.ts';

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

  it('answers in order: verdict, gates, quality, queries, causes, embeddings, wire, contract, speed, environment', () => {
    const ids = [...page.matchAll(/<section class="chapter" id="([a-z]+)"/g)].map(([, id]) => id);
    expect(ids).toEqual([
      'gates',
      'quality',
      'queries',
      'causes',
      'embeddings',
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

describe('the speed of a run', () => {
  const small = () => syntheticRun({ documents: 16, queries: 20, latencyPairs: 2 });

  it('is drawn above the floor of the harness, where that was measured', async () => {
    const page = await pageOf({ ...small(), floor: { latenciesMs: [0.4, 0.2, 0.3] } });
    expect(page).toMatch(/<rect class="shade"/);
    expect(page).toMatch(/the harness itself: below <span class="n">0\.30<\/span> ms/);
    expect(page).toContain('the median of 3 requests to a server that does nothing');
  });

  it('is drawn without one, where it was not', async () => {
    const page = await pageOf(small());
    expect(page).toContain('Latency of retrieve');
    expect(page).not.toContain('<rect class="shade"');
    expect(page).not.toContain('the harness itself');
  });
});

it('says where each operation was asked, and what finds how the wire forms differ', async () => {
  const wire = (await storedRun()).page().split('id="wire"')[1]?.split('</section>')[0] ?? '';
  expect(wire).toContain('<code>/v1/matrix/search</code>');
  expect(wire).toContain('<code>bench drift</code>');
});
