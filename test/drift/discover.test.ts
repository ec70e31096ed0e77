import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compareDrift } from '../../src/drift/find/compare.ts';
import { discoverDrift } from '../../src/drift/find/discover.ts';
import { assign } from '../../src/drift/find/match/hungarian.ts';
import type { CapturedReply, ReplyPair } from '../../src/drift/record/raw-replies.ts';
import { adaptResponse, applyOperation, lossySteps } from '../../src/wire/field-mapping.ts';
import { pairOf, reply } from './replies.ts';

describe('drift discovery', () => {
  it('aligns the elements of lists by their best key and never by position', () => {
    const pairs = Array.from({ length: 10 }, (_, at) => {
      const ids = Array.from({ length: 8 }, (__, rank) => `d-${(at * 3 + rank * 5) % 40}`);
      const score = (id: string): number => (Number(id.slice(2)) * 37 + at * 11) % 97;
      return pairOf(
        { results: ids.map((id) => ({ doc_id: id, score: 1 - score(id) / 100, meta: { id } })) },
        { hits: ids.toReversed().map((id) => ({ key: id, distance: score(id) / 100, rank: 1 })) },
      );
    });
    const { rows, mappings } = discoverDrift({ endpoint: 'search', scenario: 'success', pairs });
    expect(mappings).toContainEqual({
      incumbentPath: 'results[].score',
      candidatePath: 'hits[].distance',
      operation: { kind: 'affine', slope: -1, intercept: 1 },
      lossy: false,
    });
    expect(
      rows.map((row) => `${row.incumbentPath} ${row.candidatePath} ${row.operation}`),
    ).toContain('results[].doc_id hits[].key rename');
    const hits = [{ key: 'd-4', distance: 0.25, rank: 1 }];
    expect(adaptResponse(mappings, { hits })).toEqual({
      results: [{ doc_id: 'd-4', score: 0.75 }],
    });
  });

  const hits = (at: number, prefix: string, rows = 8) => ({
    hits: Array.from({ length: rows }, (_, rank) => ({
      id: `${prefix}d-${(at * 3 + rank * 5) % 40}`,
      score: 1 - ((at * 11 + rank) % 97) / 100,
    })),
  });

  const counted = (change: (row: Record<string, number>) => Record<string, number>) => {
    const pairs = Array.from({ length: 20 }, (_, at) => {
      const rows = Array.from({ length: 5 }, (__, rank) => {
        const n = (at * 7 + rank * 3) % 40;
        return {
          id: 100 + n,
          employee: 16777217 + 2 * n,
          account: 7000000 + n,
          hired: 1795831200000 + 86400000 * n,
          seen: 1795831200.25 + 86400 * n,
          score: 1 - n / 97,
        };
      });
      const made = rows.map((row) => ({ ...row, ...change(row) }));
      return pairOf({ total: 1000000 + at, rows }, { total: 1000000 + at, rows: made });
    });
    return discoverDrift({ endpoint: 'search', scenario: 'success', pairs });
  };
  it.each([
    ['one too many', 'employee', (x: number) => x + 1],
    ['through float32', 'employee', Math.fround],
    ['of another document', 'account', (x: number) => x + (x % 2 === 0 ? 7 : -7)],
    ['59 minutes late', 'hired', (x: number) => x + 59 * 60000],
    ['59 minutes late with fractions', 'seen', (x: number) => x + 59 * 60],
    ['through float32', 'seen', Math.fround],
  ])('shows numbers %s: %s', (_, field, change) => {
    const { rows } = counted((row) => ({ [field]: change(row[field] ?? 0) }));
    expect(rows.map(({ incumbentPath }) => incumbentPath)).toContain(`rows[].${field}`);
  });
  it('takes whole numbers for a line of others only where they lie on it', () => {
    const { mappings } = counted((row) => ({
      account: (row.account ?? 0) + ((row.account ?? 0) % 2 === 0 ? 7 : -7),
      hired: (row.hired ?? 0) / 1000,
    }));
    const kept = mappings.map(({ incumbentPath, operation }) => [incumbentPath, operation]);
    expect(kept).toContainEqual(['rows[].hired', { kind: 'affine', slope: 1000, intercept: 0 }]);
    expect(kept.map(([path]) => path)).not.toContain('rows[].account');
  });
  it('takes scores with the noise of float32 for the same, whole ones among them', () => {
    const { rows } = counted((row) => ({ score: Math.fround((row.score ?? 0) + 1e-7) }));
    expect(rows).toEqual([]);
  });
  it('leaves out a count that goes up by one with each request', () => {
    const pairs = Array.from({ length: 10 }, (_, at) => ({
      ...pairOf({ served: 1000000 + 4 * at }, { served: 2000000 + 4 * at }),
      incumbentAgain: reply({ served: 1000001 + 4 * at }),
      candidateAgain: reply({ served: 2000001 + 4 * at }),
    }));
    const found = discoverDrift({ endpoint: 'x', scenario: 'success', pairs });
    expect(found.volatile).toEqual({ incumbent: ['served'], candidate: ['served'] });
  });

  it('finds ids that one side puts a prefix before', () => {
    const pairs = Array.from({ length: 10 }, (_, at) => pairOf(hits(at, ''), hits(at, 'items:')));
    const found = discoverDrift({ endpoint: 'search', scenario: 'success', pairs });
    expect(found.mappings).toContainEqual({
      incumbentPath: 'hits[].id',
      candidatePath: 'hits[].id',
      operation: { kind: 'strip-prefix', prefix: 'items:' },
      lossy: false,
    });
    expect(found.mappings.map(({ incumbentPath }) => incumbentPath)).toContain('hits[].score');
    expect(found.adapterAgreement).toBe(1);
  });

  it('aligns lists of which some are short', () => {
    const pairs = Array.from({ length: 10 }, (_, at) =>
      pairOf(hits(at, ''), hits(at, 'items:', at % 3 === 0 ? 2 : 8)),
    );
    const { mappings } = discoverDrift({ endpoint: 'search', scenario: 'success', pairs });
    expect(mappings.map(({ incumbentPath }) => incumbentPath)).toEqual(
      expect.arrayContaining(['hits[].id', 'hits[].score']),
    );
  });

  it('names lengths that unit vectors have lost as a lossy step', () => {
    const pairs = Array.from({ length: 10 }, (_, at) => {
      const raw = [3 + at, 4, 2 * at, 1];
      const unit = applyOperation({ kind: 'l2-normalise' }, raw);
      return pairOf({ vector: raw }, { vector: unit });
    });
    const { rows, mappings } = discoverDrift({ endpoint: 'embed', scenario: 'success', pairs });
    expect(rows[0]).toMatchObject({ severity: 'meaning', lossy: true });
    expect(lossySteps(mappings)).toEqual(['vector: lengths are lost in vector']);
  });

  it('leaves out what changes from one request to the same request again', () => {
    const pairs = Array.from({ length: 10 }, (_, at) => ({
      ...pairOf({ took: at, id: `x-${at}` }, { took: at, id: `x-${at}` }),
      incumbentAgain: reply({ took: at + 100, id: `x-${at}` }),
      candidateAgain: reply({ took: at + 50, id: `x-${at}` }),
    }));
    const found = discoverDrift({ endpoint: 'x', scenario: 'success', pairs });
    expect(found.volatile).toEqual({ incumbent: ['took'], candidate: ['took'] });
    expect(found.rows).toEqual([]);
  });

  it('compares headers like fields, without those of the connection, volatile ones and secrets', () => {
    const headers = (at: number, extra: Record<string, string>) => ({
      date: String(at),
      connection: 'keep-alive',
      ...extra,
    });
    const pairs = Array.from({ length: 10 }, (_, at): ReplyPair => {
      const pair = pairOf({ id: `x-${at}` }, { id: `x-${at}` });
      const theirs = { 'x-model': `model-${at}`, 'cache-control': 'none', 'set-cookie': 'sid=1' };
      const ours = { 'x-encoder': `model-${at}`, 'cache-control': 'no-store', vary: 'accept' };
      const traced = (call: number) => ({ 'x-request-id': `${at}-${call}` });
      return {
        ...pair,
        incumbent: { ...pair.incumbent, headers: headers(at, { ...ours, ...traced(0) }) },
        incumbentAgain: { ...pair.incumbent, headers: headers(at, { ...ours, ...traced(1) }) },
        candidate: { ...pair.candidate, headers: headers(-at, { ...theirs, ...traced(2) }) },
        candidateAgain: { ...pair.candidate, headers: headers(-at, { ...theirs, ...traced(3) }) },
      };
    });
    const { rows } = discoverDrift({ endpoint: 'x', scenario: 'success', pairs }, ['vary']);
    expect(rows.map((row) => [row.incumbentPath, row.candidatePath, row.operation])).toEqual([
      ['(header) x-encoder', '(header) x-model', 'rename'],
      ['(header) cache-control', '(header) cache-control', 'differs: no-store → none'],
      [null, '(header) set-cookie', 'added'],
    ]);
    expect(JSON.stringify(rows)).not.toContain('sid=1');
  });

  it('shows what the declared dialects leave: a distance that is read as a similarity', () => {
    const pairs = Array.from({ length: 10 }, (_, at): ReplyPair => {
      const score = 0.9 - at / 50;
      const read = (similarity: number, body: unknown): CapturedReply => ({
        ...reply(body),
        reading: { outcome: 'read', value: { hits: [{ id: `d-${at}`, similarity }] } },
      });
      const a = read(score, { results: [{ doc: `d-${at}`, score }] });
      const b = read(1 - score, { results: [{ doc: `d-${at}`, distance: 1 - score }] });
      return {
        asked: 'as it should be',
        incumbent: a,
        incumbentAgain: a,
        candidate: b,
        candidateAgain: b,
      };
    });
    const { rows } = discoverDrift({ endpoint: 'search', scenario: 'success', pairs });
    expect(rows.map(({ incumbentPath, operation }) => [incumbentPath, operation])).toEqual([
      ['results[].score', 'affine: −1 · x + 1'],
      ['(read) hits[].similarity', 'affine: −1 · x + 1'],
    ]);
  });

  it('tells texts that differ in the same place from texts that are lost', () => {
    const pairs = Array.from({ length: 6 }, (_, at) =>
      pairOf({ error: `no index ${at}` }, { error: `index ${at} is unknown` }),
    );
    const { rows } = discoverDrift({ endpoint: 'search', scenario: '4xx', pairs });
    expect(rows).toMatchObject([
      { incumbentPath: 'error', candidatePath: 'error', operation: 'differs', heldOutAgreement: 1 },
    ]);
  });

  it('names the requests that alone are answered with another status', () => {
    const pairs = ['half of the JSON', 'no field'].flatMap((asked) =>
      Array.from({ length: 5 }, (): ReplyPair => {
        const broken = asked === 'half of the JSON';
        const pair = pairOf({ error: 'no' }, { error: 'no' });
        const [a, b] = [reply({ error: 'no' }, 400), reply({ error: 'no' }, broken ? 500 : 400)];
        return { ...pair, asked, incumbent: a, incumbentAgain: a, candidate: b, candidateAgain: b };
      }),
    );
    const { rows } = discoverDrift({ endpoint: 'embed', scenario: '5xx', pairs });
    expect(rows).toMatchObject([
      {
        incumbentPath: '(status)',
        operation: 'differs: 400 → 500 (half of the JSON)',
        severity: 'breaking',
        support: 5,
        heldOutAgreement: 1,
      },
    ]);
  });

  it('does not compare the body of an answer with that of an error', () => {
    const pairs = Array.from({ length: 6 }, (_, at): ReplyPair => {
      const [a, b] = [reply({ vectors: [at] }), reply({ error: 'internal error' }, 500)];
      return { ...pairOf(0, 0), incumbent: a, incumbentAgain: a, candidate: b, candidateAgain: b };
    });
    const { rows } = discoverDrift({ endpoint: 'embed', scenario: '5xx', pairs });
    expect(rows.map(({ operation }) => operation)).toEqual(['differs: 200 → 500']);
  });

  it('says where status codes and content types differ', () => {
    const pairs = Array.from({ length: 6 }, () => ({
      ...pairOf({ error: 'no' }, { error: 'no' }),
      incumbent: reply({ error: 'no' }, 400),
      candidate: { ...reply({ error: 'no' }, 422), contentType: 'text/plain' },
    }));
    const { rows } = discoverDrift({ endpoint: 'embed', scenario: '4xx', pairs });
    expect(rows.map(({ operation }) => operation)).toEqual([
      'differs: 400 → 422',
      'differs: application/json → text/plain',
    ]);
  });
});

describe('drift against what is expected', () => {
  it('names new and vanished drift apart', () => {
    const pairs = Array.from({ length: 10 }, (_, at) => pairOf({ a: at * 7 }, { b: at * 7 }));
    const { rows } = discoverDrift({ endpoint: 'x', scenario: 'success', pairs });
    const gone = { endpoint: 'x', incumbentPath: 'c', candidatePath: 'd', operation: 'rename' };
    const comparison = compareDrift(rows, [gone]);
    expect(comparison.fresh).toEqual(rows);
    expect(comparison.vanished).toEqual([gone]);
    expect(compareDrift(rows, rows)).toMatchObject({ fresh: [], vanished: [] });
  });
});

describe('the assignment', () => {
  it('has the greatest sum of gains of all permutations', () => {
    fc.assert(
      fc.property(
        fc.array(fc.array(fc.integer({ min: -3, max: 20 }), { minLength: 4, maxLength: 4 }), {
          minLength: 3,
          maxLength: 4,
        }),
        (gains) => {
          const columns = assign(gains);
          const taken = columns.filter((column) => column !== -1);
          expect(new Set(taken).size).toBe(taken.length);
          const sum = columns.reduce(
            (total, column, row) => total + (column === -1 ? 0 : (gains[row]?.[column] ?? 0)),
            0,
          );
          expect(sum).toBe(best(gains, 0, new Set()));
        },
      ),
      { numRuns: 100, seed: 1 },
    );
  });
});

function best(gains: readonly (readonly number[])[], row: number, used: Set<number>): number {
  if (row === gains.length) return 0;
  let most = best(gains, row + 1, used);
  for (const [column, gain] of (gains[row] ?? []).entries()) {
    if (used.has(column)) continue;
    most = Math.max(most, gain + best(gains, row + 1, new Set([...used, column])));
  }
  return most;
}
