import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { keyOf, partsOf, storedKey } from '../../src/corpus/document-key.ts';
import { encodeFindings } from '../../src/parity/stored-findings.ts';
import { deriveFindings } from '../../src/retrieve/derive/derive-findings.ts';
import { judgeRun } from '../../src/retrieve/judge-run.ts';
import type { RecordedRun } from '../../src/retrieve/record/recorded-run.ts';
import { storeRun } from '../support/stored-run.ts';
import { syntheticRun } from '../support/synthetic-run.ts';

const NAMES = new Map([
  ['things', 'constructor'],
  ['d-0', '__proto__'],
  ['d-1', 'constructor'],
  ['d-2', 'a/b'],
  ['d-3', '/'],
  ['d-4', 'toString'],
  ['q-0000', '__proto__'],
  ['q-0001', 'constructor'],
  ['q-0002', 'hasOwnProperty'],
  ['n-0000', '__proto__'],
  ['n-0001', 'valueOf'],
  ['plain', '__proto__'],
  ['third', 'constructor'],
  ['half', '__proto__'],
]);
const odd = (name: string): string => NAMES.get(name) ?? name;
const oddKey = (key: string) => {
  const { collection, id } = partsOf(storedKey(key));
  return keyOf(odd(collection), odd(id));
};
const oddFields = <Value>(fields: Readonly<Record<string, Value>>): Record<string, Value> =>
  Object.fromEntries(Object.entries(fields).map(([name, value]) => [odd(name), value]));

/** The same run with names that objects have of their own. */
function oddRun(run: RecordedRun): RecordedRun {
  const { corpus, plan, vectors, observations } = run;
  const hashes = { ...corpus.hashes, documents: oddFields(corpus.hashes.documents) };
  const isCensus = (phase: string): boolean => phase === 'census';
  const tables = {
    documents: {
      ...vectors.documents.incumbent,
      ids: vectors.documents.incumbent.ids.map(oddKey),
    },
    queries: { ...vectors.queries.incumbent, ids: vectors.queries.incumbent.ids.map(odd) },
  };
  return {
    ...run,
    corpus: {
      ...corpus,
      hashes,
      collections: corpus.collections.map(({ name, documents }) => ({
        name: odd(name),
        documents: documents.map((document) => ({
          ...document,
          id: odd(document.id),
          metadata: oddFields(document.metadata),
        })),
      })),
      queries: corpus.queries.map((query) => ({
        ...query,
        id: odd(query.id),
        need: odd(query.need),
        slices: query.slices.map(odd),
        collections: query.collections.map(odd),
        ...(query.filter === undefined ? {} : { filter: oddFields(query.filter) }),
      })),
      judgments: new Map(
        [...corpus.judgments].map(([query, grades]) => [
          odd(query),
          new Map([...grades].map(([key, grade]) => [oddKey(key), grade])),
        ]),
      ),
    },
    plan: {
      ...plan,
      corpus: hashes,
      queryIds: plan.queryIds.map(odd),
      censusKeys: plan.censusKeys.map(oddKey),
    },
    vectors: {
      documents: { incumbent: tables.documents, candidate: tables.documents },
      queries: { incumbent: tables.queries, candidate: tables.queries },
    },
    observations: observations.map((row) => ({
      ...row,
      queryId: isCensus(row.phase) ? oddKey(row.queryId) : odd(row.queryId),
      ids: row.ids.map(odd),
      collections: row.collections.map(odd),
    })),
  };
}

it('documents, queries, needs, slices and fields may have names that objects have of their own', async () => {
  const size = { queries: 40, documents: 20, latencyPairs: 0 };
  const run = syntheticRun(size);
  const plain = (await deriveFindings(run)).findings;
  const { findings } = await deriveFindings(oddRun(run));
  const folder = await mkdtemp(join(tmpdir(), 'odd-ids-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const judged = await judgeRun(await storeRun(oddRun(run), folder));

  const figures = ({ cells, census, errors }: typeof plain) => ({
    errors,
    census: census.map(({ asked, missing, displaced }) => [asked, missing, displaced]),
    cells: cells.map(({ queries, needs, filteredQueries, quality, violations, slices }) => ({
      counts: [queries, needs, filteredQueries],
      means: quality.map(({ incumbent, candidate }) =>
        // Needs are summed in the order of their ids.
        [incumbent, candidate].map(({ mean }) => mean?.toFixed(12)),
      ),
      violations,
      slices: slices.map((slice) => [slice.needs, slice.queries]).sort(),
    })),
  });
  expect(figures(findings)).toEqual(figures(plain));
  expect(encodeFindings(judged.findings)).toEqual(encodeFindings(findings));
});
