import { selfScores } from '../../attribution/self-scores.ts';
import type { SideRecord } from '../../attribution/types.ts';
import { documentIndex } from '../../corpus/document-index.ts';
import type { SelfScoreFinding } from '../../parity/findings.ts';
import type { Side } from '../../record/types.ts';
import type { RecordedRun } from '../record/recorded-run.ts';
import { recordedAnswers } from './recorded-answers.ts';

/** What the scores of documents for their own text say, a side each; empty where no side's can be judged. */
export function runSelfScores(
  run: RecordedRun,
  { swap = false }: { readonly swap?: boolean } = {},
): SelfScoreFinding[] {
  const { corpus, vectors } = run;
  const observations = run.observations.filter(({ phase }) => phase === 'census');
  const index = documentIndex(corpus.collections);
  const side = (name: Side): SideRecord => ({
    documents: vectors.documents[name],
    queries: vectors.queries[name],
    ...recordedAnswers({ run, observations, extra: [], cell: null, side: name, index }),
  });
  const [incumbent, candidate] = selfScores({
    collections: corpus.collections,
    sides: { incumbent: side('incumbent'), candidate: side('candidate') },
  });
  const [first, second] = swap ? [candidate, incumbent] : [incumbent, candidate];
  return [
    { side: 'incumbent' as const, ...first },
    { side: 'candidate' as const, ...second },
  ].filter(({ judged }) => judged > 0);
}
