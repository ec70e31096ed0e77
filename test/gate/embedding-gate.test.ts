import { describe, expect, it } from 'vitest';
import { evaluateGates } from '../../src/gate/evaluate.ts';
import type { VectorTable } from '../../src/record/types.ts';
import type { RecordedRun } from '../../src/retrieve/record/recorded-run.ts';
import { deriveAgain } from '../support/derive-again.ts';
import { syntheticRun } from '../support/synthetic-run.ts';

const WIDE = { recall: { margin: 0.2 }, ndcg: { margin: 0.2 }, errors: { margin: 0.1 } };
const SAID = { url: 'x', service: null, version: null, model: null };

/** A run whose candidate gave only some rows of what it was asked to embed. */
async function judged(
  keep: (row: number) => 'whole' | 'zero' | 'none',
  { embeds = true }: { readonly embeds?: boolean } = {},
) {
  const run = syntheticRun({ queries: 120, latencyPairs: 0 });
  const { documents, queries } = run.vectors;
  const said = (dimension: number | null) => ({ ...SAID, dimension });
  const changed: RecordedRun = {
    ...run,
    declared: { incumbent: said(16), candidate: said(embeds ? 16 : null) },
    vectors: {
      documents: { ...documents, candidate: kept(documents.candidate, keep) },
      queries: { ...queries, candidate: kept(queries.candidate, keep) },
    },
  };
  const verdict = evaluateGates((await deriveAgain(changed)).findings, WIDE);
  return { verdict, gate: verdict.gates.find(({ kind }) => kind.type === 'embedding') };
}

function kept(table: VectorTable, keep: (row: number) => 'whole' | 'zero' | 'none'): VectorTable {
  const { dimension } = table;
  const rows = table.ids.flatMap((_, row) => (keep(row) === 'none' ? [] : [row]));
  const values = new Float32Array(rows.length * dimension);
  for (const [at, row] of rows.entries()) {
    if (keep(row) === 'zero') continue;
    values.set(table.values.subarray(row * dimension, (row + 1) * dimension), at * dimension);
  }
  const ids = rows.map((row) => table.ids[row] ?? '');
  return { ids, dimension: rows.length === 0 ? 0 : dimension, values };
}

describe('a candidate that is asked to embed', () => {
  it('and fails every text fails the gate by name', async () => {
    const { verdict, gate } = await judged(() => 'none');
    expect(gate).toMatchObject({
      state: 'fail',
      reason: 'the candidate gives no embedding of 160 of 160 texts that the incumbent embeds',
    });
    expect(verdict.state).toBe('fail');
  });

  it.each(['none', 'zero'] as const)(
    'and gives %s for some texts fails it as well',
    async (what) => {
      const { gate } = await judged((row) => (row % 10 === 0 ? what : 'whole'));
      expect(gate).toMatchObject({
        state: 'fail',
        n: 160,
        reason: 'the candidate gives no embedding of 16 of 160 texts that the incumbent embeds',
      });
    },
  );

  it('passes where it embeds as the incumbent does', async () => {
    const { verdict, gate } = await judged(() => 'whole');
    expect(gate?.state).toBe('pass');
    expect(verdict.notVerified.map(({ type }) => type)).not.toContain('embeddings');
  });
});

it('a candidate without an embed is named among what is not verified', async () => {
  const { verdict, gate } = await judged(() => 'none', { embeds: false });
  expect(gate).toBeUndefined();
  expect(verdict.state).toBe('pass');
  expect(verdict.notVerified.map(({ type }) => type)).toContain('embeddings');
});
