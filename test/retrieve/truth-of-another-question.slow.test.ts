import { describe, expect, it } from 'vitest';
import type { UserConfig } from '../../src/config/schema.ts';
import { gapLine } from '../../src/gate/gap-text.ts';
import { verdictSentence } from '../../src/gate/sentence.ts';
import { judgeRun } from '../../src/retrieve/judge-run.ts';
import { retrieve } from '../../src/retrieve/retrieve.ts';
import { rustLakehouse } from '../../src/wire/lakehouse/rust-lakehouse.ts';
import { type StubQuirks, stubGateway } from '../support/stub-gateway.ts';
import { STUB_DOCUMENTS, stubConfig } from '../support/stub-run.ts';

const GATES: UserConfig['gates'] = {
  recall: { margin: 0.3 },
  errors: { margin: 0.3 },
  ndcg: false,
};

async function judged(incumbent: StubQuirks, candidate: StubQuirks, changes: UserConfig = {}) {
  const urls = {
    incumbent: (await stubGateway(STUB_DOCUMENTS, incumbent)).url,
    candidate: (await stubGateway(STUB_DOCUMENTS, candidate)).url,
  };
  const { embed: _, ...withoutEmbed } = rustLakehouse();
  const side = (url: string, { hasNoEmbed }: StubQuirks) => ({
    url,
    dialect: hasNoEmbed === true ? withoutEmbed : rustLakehouse(),
  });
  const config = await stubConfig(STUB_DOCUMENTS, urls, {
    operations: ['search'],
    gates: GATES,
    incumbent: side(urls.incumbent, incumbent),
    candidate: side(urls.candidate, candidate),
    ...changes,
  });
  const { verdict, findings, runFolder } = await retrieve(config);
  if (verdict === null || findings === null || runFolder === null) throw new Error('not judged');
  return { verdict, findings, runFolder };
}

/** A third of the documents has longer vectors, whatever the cosine. */
const lengthOf = (text: string): number => (/^lot\d*[147] in/.test(text) ? 2.5 : 1);
const DOT: StubQuirks = { lengthOf, ranksByDot: true };
const PREFIXED: StubQuirks = { searchPrefix: 'please look up gate3 hall2 clerk9 ' };

describe('an incumbent that ranks by the inner product where the truth is the cosine', () => {
  it('is told by its scores, over all rows, and nothing passes', async () => {
    const { verdict, findings } = await judged(DOT, { lengthOf });
    expect(findings.cells[0]?.truthFit).toMatchObject({
      declared: 'cosine',
      metric: 'dot',
      share: 1,
    });
    expect(verdict.state).toBe('inconclusive');
    expect(verdict.look).toMatchObject({ number: 1 });
    expect(verdictSentence(verdict)).toContain("(declare searchUses.metric: 'dot')");
  });

  it('is not trusted where both sides do it, since losses would be hidden', async () => {
    const { verdict } = await judged(DOT, DOT);
    expect(verdict.state).toBe('inconclusive');
    expect(verdict.gates.find(({ name }) => name === 'recall@10')?.reason).toContain(
      'where a local index over the same vectors reaches 1.000',
    );
  });

  it('passes against itself once the metric is declared, also when the run is judged again', async () => {
    const { verdict, findings, runFolder } = await judged(DOT, DOT, {
      searchUses: { metric: 'dot' },
    });
    expect(verdict.state).toBe('pass');
    expect(findings.truth.declared).toEqual(['metric dot']);
    expect(findings.cells[0]?.truthFit).toMatchObject({ declared: 'dot', declaredShare: 1 });
    expect((await judgeRun(runFolder)).verdict).toEqual(verdict);
  });
});

describe('a candidate that says it ranks by another metric than the truth', () => {
  const described = (url: string, distance: 'dot' | 'cosine'): UserConfig['candidate'] => {
    const info = { count: null, indexedCount: null, dimension: null, index: 'hnsw' };
    return {
      url,
      dialect: {
        ...rustLakehouse(),
        describe: {
          path: '/health',
          encode: () => [{ method: 'GET', path: '/health' }],
          decode: () => ({
            ...info,
            distance,
            quantisation: null,
            parameters: {},
            serverVersion: null,
          }),
        },
      },
    };
  };
  const remarked = async (distance: 'dot' | 'cosine', quirks: StubQuirks) => {
    const { url } = await stubGateway(STUB_DOCUMENTS, quirks);
    const { verdict, runFolder } = await judged(
      quirks,
      {},
      { candidate: described(url, distance) },
    );
    expect((await judgeRun(runFolder)).verdict).toEqual(verdict);
    return verdict.remarks.filter(({ kind }) => kind === 'metric');
  };

  it('is named where the orders differ, also when the run is judged again', async () => {
    expect(await remarked('dot', { lengthOf })).toMatchObject([
      { text: expect.stringContaining('the candidate ranks stock by dot and the truth by cosine') },
    ]);
  });

  it('is not named where all vectors are equally long, or the metric is the same', async () => {
    expect(await remarked('dot', {})).toEqual([]);
    expect(await remarked('cosine', { lengthOf })).toEqual([]);
  });
});

describe('an incumbent that puts a prefix before the texts it searches for', () => {
  it('is not trusted, since its embed route does not say so', async () => {
    const { verdict } = await judged(PREFIXED, PREFIXED);
    expect(verdict.state).toBe('inconclusive');
    expect(verdict.remarks[0]).toMatchObject({ kind: 'truth' });
    expect(verdict.remarks[0]?.text).toContain('its search embeds otherwise');
  });

  it('is judged by the queries that it means once the prefix is declared', async () => {
    const searchUses = { queryPrefix: PREFIXED.searchPrefix ?? '' };
    const same = await judged(PREFIXED, PREFIXED, { searchUses });
    expect(same.verdict.state).toBe('pass');
    const lost = await judged(PREFIXED, {}, { searchUses });
    expect(lost.verdict.state).not.toBe('pass');
    const recall = lost.findings.cells[0]?.quality.find(({ metric }) => metric.depth === 10);
    expect(recall?.delta.mean).toBeLessThan(-0.1);
  });
});

describe('judgments as the truth', () => {
  const JUDGED: UserConfig = {
    truth: 'judgments',
    gates: { errors: { margin: 0.3 }, ndcg: { margin: 0.99 } },
  };

  it('need no vectors, gate nDCG alone, and say that exact neighbours are not verified', async () => {
    const { verdict, findings } = await judged({ hasNoEmbed: true }, { hasNoEmbed: true }, JUDGED);
    expect(findings.truth).toMatchObject({ source: 'judgments', queries: 0 });
    const kinds = verdict.gates.flatMap(({ kind }) =>
      kind.type === 'quality' ? [kind.metric.family] : [],
    );
    expect(kinds).toEqual(['ndcg']);
    expect(verdict.notVerified.map(gapLine)).toContain(
      'recall against exact neighbours: the truth was declared to be the judgments',
    );
    expect(verdict.gates.find(({ name }) => name === 'membership of the candidate')?.state).toBe(
      'pass',
    );
  });
});
