import { describe, expect, it } from 'vitest';
import { evaluateGates } from '../../src/gate/evaluate.ts';
import { deriveAgain } from '../support/derive-again.ts';
import { syntheticRun, type Tamper } from '../support/synthetic-run.ts';

/** What is said of unsteady sides of `search`; half of each damaged answer is lost. */
async function said(
  isDamaged: (place: Parameters<Tamper>[1]) => boolean,
  times: { readonly cold?: boolean; readonly queries?: number; readonly rows?: number } = {},
): Promise<string[]> {
  const run = syntheticRun({
    queries: times.queries ?? 100,
    latencyPairs: 0,
    tamper: (hits, place) =>
      place.queryIndex >= 0 && isDamaged(place) ? [...hits.slice(0, times.rows ?? 5)] : hits,
  });
  const observations = run.observations.map((row) => {
    if (row.phase !== 'quality') return row;
    const second = row.arm.endsWith('2');
    const firstTouch = times.cold === true && !second;
    return { ...row, firstTouch, startedMs: 1000 * (second ? 100 : 0) + 10 * indexOf(row.queryId) };
  });
  const { findings } = await deriveAgain({ ...run, observations });
  return evaluateGates(findings, { recall: { margin: 0.2 } }).remarks.flatMap(({ kind, text }) =>
    kind === 'unsteady' && text.includes('of search') ? [text] : [],
  );
}

const indexOf = (queryId: string): number => Number(queryId.slice(2));

describe('a side that answers otherwise when it is asked again', () => {
  it('is told with the time from which on its answers are worse', async () => {
    const [text, ...more] = await said(({ arm }) => arm === 'B2');
    expect(text).toMatch(/to the candidate share 50\.0% .*: 80 of 80 queries; hint, not a cause: /);
    expect(text).toMatch(/80 of 80 worse answers were asked more than \d+\.\d s after the first/);
    expect(more).toEqual([]);
  });

  it('is told with the first touches that are worse', async () => {
    const [text] = await said(({ arm, queryIndex }) => arm === 'B' && queryIndex % 2 === 0, {
      cold: true,
    });
    expect(text).toContain('40 of 40 worse answers were asked for the first time');
  });

  it('is told with the slice in which it is unsteady', async () => {
    const [text] = await said(({ arm, queryIndex }) => {
      const isBad = (queryIndex * 7 + (arm === 'B2' ? 1 : 0)) % 2 === 0;
      return arm.startsWith('B') && queryIndex % 3 === 0 && isBad;
    });
    expect(text).toContain('worse answers are of the slice third');
  });

  it('is told above 99% overlap where surely 1% of the needs are answered otherwise', async () => {
    // 16 of 320 queries of `search` lack their last row: the overlap of the two answers is 99.5%.
    const few = { queries: 400, rows: 9 };
    const isRare = ({ queryIndex }: { readonly queryIndex: number }) => queryIndex % 20 === 0;
    const damaged = (arm: string) => (place: Parameters<Tamper>[1]) =>
      place.arm === arm && isRare(place);
    const [text, ...more] = await said(damaged('B2'), few);
    expect(text).toMatch(
      /to the candidate share 99\.4% of their documents \(100\.0% on the other side\); 20 of 200 needs are answered with other documents \(10\.0%, 90% interval 6\.7% to 14\.2%\): 20 of 320 queries/,
    );
    expect(more).toEqual([]);
    const [incumbent, ...others] = await said(damaged('A2'), few);
    expect(incumbent).toContain('to the incumbent share 99.4%');
    expect(others).toEqual([]);
  });

  it('is not told where one need in 200 may be chance, nor where none differs', async () => {
    const few = { queries: 400, rows: 9 };
    expect(await said(({ arm, queryIndex }) => arm === 'B2' && queryIndex === 40, few)).toEqual([]);
    expect(await said(() => false, few)).toEqual([]);
  });

  it('is told as spread where nothing separates the worse answers', async () => {
    const [text] = await said(({ arm, queryIndex }) => {
      const draw = (queryIndex * 2654435761 + (arm === 'B2' ? 40503 : 7)) % 97;
      return arm.startsWith('B') && draw < 30;
    });
    expect(text).toContain('spread over all kinds of queries and all of the time');
  });
});
