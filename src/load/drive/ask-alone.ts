import type { Query } from '../../corpus/types.ts';
import { createAnswerVariants } from '../answers/answers.ts';
import type { RecordedAnswer } from '../record/observed.ts';
import { outcomeOf } from '../recorder.ts';
import type { PreparedSide } from './sides.ts';
import { runClosedTrial } from './trial.ts';

/** What a side answered to one query that was asked alone; null where it gave no answer that can be read. */
export interface AloneAnswer {
  readonly query: Query;
  readonly answer: RecordedAnswer | null;
}

/** Asks one side some queries, one request at a time. */
export async function askAlone(
  side: PreparedSide,
  queries: readonly Query[],
  options: { readonly deadlineMs?: number; readonly signal?: AbortSignal } = {},
): Promise<AloneAnswer[]> {
  if (queries.length === 0) return [];
  const exchanges = queries.map((query) => side.exchangeOf(query));
  const answers = createAnswerVariants();
  const { record } = await runClosedTrial({
    ...options,
    arm: { ...side.arm, exchanges, answers },
    concurrency: 1,
    durationMs: Number.MAX_SAFE_INTEGER,
    maxRequests: exchanges.length,
    seed: 1,
  });
  const given = new Map<number, RecordedAnswer | null>();
  for (let row = 0; row < record.schedule.count; row++) {
    const index = record.schedule.query[row] ?? -1;
    const query = queries[index];
    const variant = record.variant[row] ?? 0;
    if (query === undefined || outcomeOf(record, row) !== 'ok' || variant === 0) continue;
    given.set(index, readAnswer(side, answers.variant(index, variant), query));
  }
  return queries.map((query, index) => ({ query, answer: given.get(index) ?? null }));
}

/** What a body says, as it is recorded; null where it cannot be read. */
export function readAnswer(
  { hitsOf }: Pick<PreparedSide, 'hitsOf'>,
  body: Uint8Array,
  query: Query,
): RecordedAnswer | null {
  try {
    const hits = hitsOf(body, query);
    return {
      ids: hits.map(({ id }) => id),
      collections: hits.map(({ collection }) => collection ?? ''),
      rawScores: hits.map(({ rawScore }) => rawScore),
    };
  } catch {
    return null;
  }
}
