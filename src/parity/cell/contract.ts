import type { DocumentIndex } from '../../corpus/document-index.ts';
import { partsOf } from '../../corpus/document-key.ts';
import type { Arm, Side } from '../../record/types.ts';
import type { ViolationFinding } from '../findings.ts';
import type { TruthLookup } from '../inputs.ts';
import type { Answer, QueryAnswers } from './answers.ts';

const SIDES: readonly { readonly side: Side; readonly arms: readonly Arm[] }[] = [
  { side: 'incumbent', arms: ['A', 'A2'] },
  { side: 'candidate', arms: ['B', 'B2'] },
];

/** Kinds of violation, with what each means; a row of a response may break several. */
export const VIOLATION_KINDS = {
  'duplicate-id': 'a document stands in the list twice',
  'too-many': 'more than k rows',
  short: 'fewer rows than k, though more documents match',
  'non-monotone': 'a row is scored higher than the row before it',
  'unknown-id': 'a document that is not in the searched collections',
  'filtered-out': 'a document that the filter excludes',
} as const;

/** Counts what each side's answers break of the contract of a ranked list, with up to five examples. */
export function contractViolations(
  answers: readonly QueryAnswers[],
  k: number,
  index: DocumentIndex,
  truth: TruthLookup,
): ViolationFinding[] {
  return SIDES.flatMap(({ side, arms }) => {
    const found = new Map<string, { count: number; examples: string[] }>();
    let of = 0;
    for (const entry of answers) {
      for (const arm of arms) {
        const answer = entry.arms[arm];
        if (answer === undefined || answer.keys === null) continue;
        of += 1;
        for (const [kind, example] of violationsOf(entry, answer, k, index, truth)) {
          const tally = found.get(kind) ?? { count: 0, examples: [] };
          tally.count += 1;
          if (tally.examples.length < 5) tally.examples.push(`${entry.query.id}: ${example}`);
          found.set(kind, tally);
        }
      }
    }
    return [...found.entries()]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([kind, tally]) => ({ kind, side, count: tally.count, of, examples: tally.examples }));
  });
}

function violationsOf(
  entry: QueryAnswers,
  answer: Answer,
  k: number,
  index: DocumentIndex,
  truth: TruthLookup,
): Map<keyof typeof VIOLATION_KINDS, string> {
  const list = answer.keys ?? [];
  const broken = new Map<keyof typeof VIOLATION_KINDS, string>();
  const seen = new Set<string>();
  const allowed = new Set(entry.query.collections);
  for (const [rank, key] of list.entries()) {
    if (seen.has(key)) broken.set('duplicate-id', key);
    seen.add(key);
    if (!index.has(key) || !allowed.has(partsOf(key).collection)) {
      broken.set('unknown-id', key);
    } else if (entry.query.filter !== undefined && truth.exactScore(entry.query.id, key) === null) {
      broken.set('filtered-out', key);
    }
    const score = answer.observation.similarities[rank];
    const before = answer.observation.similarities[rank - 1];
    if (score !== undefined && before !== undefined && score > before) {
      broken.set('non-monotone', `rank ${rank + 1}`);
    }
  }
  if (list.length > k) broken.set('too-many', `${list.length} rows for k = ${k}`);
  const expected = Math.min(k, truth.list(entry.query.id)?.allowedCount ?? 0);
  if (list.length < expected) broken.set('short', `${list.length} rows of ${expected}`);
  return broken;
}
