import type { DocumentIndex } from '../../corpus/document-index.ts';
import { keyOf, partsOf } from '../../corpus/document-key.ts';
import { describeGuess } from '../../corpus/id-guess.ts';
import { counted } from '../../counted.ts';
import { ARMS_OF, sideOfArm } from '../../record/side-of-arm.ts';
import { ARMS, type Arm } from '../../record/types.ts';
import type { TruthLookup } from '../../truth/types.ts';
import type { ContractFinding, ViolationFinding, ViolationKind } from '../findings.ts';
import type { ScoreNoise } from './agreement.ts';
import type { Answer, QueryAnswers } from './answers.ts';
import { averageByNeed, meanOf } from './by-need.ts';
import { figureByNeed } from './quality.ts';

/** A score may rise from one row to the next by this share of the list's greatest score: float noise. */
const RISE_OF_SCALE = 1e-6;

/** What the answers are held against. */
export interface ContractTerms {
  readonly k: number;
  readonly index: DocumentIndex;
  readonly truth: TruthLookup;
  /** Each side's own score noise: an inversion counts beyond it alone. */
  readonly noise: ScoreNoise;
}

/** Counts what each side's answers break of the contract of a ranked list, with up to five examples. */
export function contractViolations(
  answers: readonly QueryAnswers[],
  terms: ContractTerms,
): ViolationFinding[] {
  return (['incumbent', 'candidate'] as const).flatMap((side) => {
    const found = new Map<ViolationKind, { count: number; examples: string[] }>();
    let of = 0;
    for (const entry of answers) {
      for (const arm of ARMS_OF[side]) {
        const answer = entry.arms[arm];
        if (answer === undefined || answer.keys === null) continue;
        of += 1;
        for (const [kind, example] of violationsOf(entry, answer, terms)) {
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

/** Every kind that either side shows: how often, and by how much oftener than the other, a need at a time. */
export function contractFindings(
  answers: readonly QueryAnswers[],
  terms: ContractTerms,
): ContractFinding[] {
  const broken = answers.map((entry) => ({
    query: entry.query,
    arms: new Map(
      ARMS.flatMap((arm) => {
        const answer = entry.arms[arm];
        return answer === undefined || answer.keys === null
          ? []
          : [[arm, violationsOf(entry, answer, terms)] as const];
      }),
    ),
  }));
  const kinds = new Set(
    broken.flatMap(({ arms }) => [...arms.values()].flatMap((kind) => [...kind.keys()])),
  );
  return [...kinds].sort().map((kind) => {
    const guess = kind === 'unknown-id' ? guessedIds(answers, terms.index) : null;
    const shares = broken.map(({ query, arms }): BrokenAnswers => {
      const breaks = (arm: Arm): 0 | 1 | null => {
        const own = arms.get(arm);
        return own === undefined ? null : own.has(kind) ? 1 : 0;
      };
      return { query, A: breaks('A'), A2: breaks('A2'), B: breaks('B'), B2: breaks('B2') };
    });
    return contractOf(kind, shares, guess);
  });
}

/** Whether each arm's answer to a query breaks the contract in one way; null where there was no answer. */
export type BrokenAnswers = {
  readonly query: Pick<QueryAnswers['query'], 'id' | 'need'>;
} & Readonly<Record<Arm, 0 | 1 | null>>;

/** One kind of violation over the answers to all queries; `guess` is where unknown ids may come from. */
export function contractOf(
  kind: ViolationKind,
  shares: readonly BrokenAnswers[],
  guess: string | null = null,
): ContractFinding {
  const total = (values: readonly (number | null)[]): number =>
    values.reduce<number>((sum, value) => sum + (value ?? 0), 0);
  return {
    kind,
    ...(guess === null ? {} : { guess }),
    incumbent: total(shares.flatMap(({ A, A2 }) => [A, A2])),
    candidate: total(shares.flatMap(({ B, B2 }) => [B, B2])),
    candidateShare: figureByNeed(
      shares.map(({ query, B, B2 }) => ({ need: query.need, value: meanOf([B, B2]) })),
      0,
    ),
    differences: averageByNeed(
      shares.map(({ query, A, A2, B, B2 }) => {
        const incumbent = meanOf([A, A2]);
        const candidate = meanOf([B, B2]);
        return {
          need: query.need,
          value: incumbent === null || candidate === null ? null : incumbent - candidate,
        };
      }),
    ),
    repeated: shares.flatMap(({ query, A, A2, B, B2 }) =>
      B === 1 && B2 === 1 && A === 0 && A2 === 0 ? [query.id] : [],
    ),
  };
}

/** Share of the unknown rows that must be of documents that were asked for, under another collection's name. */
const MOST = 0.8;

/** How the ids that the candidate made up may come from those of the corpus; null without an idea. */
function guessedIds(answers: readonly QueryAnswers[], index: DocumentIndex): string | null {
  const unknown = answers.flatMap(({ query, arms }) =>
    (arms.B?.keys ?? []).flatMap((key) => {
      if (index.has(key)) return [];
      const { id } = partsOf(key);
      const own = query.collections.map((name) => keyOf(name, id)).find((one) => index.has(one));
      return [{ key, id, own }];
    }),
  );
  const renamed = unknown.filter(({ own }) => own !== undefined);
  const [first] = renamed;
  if (first !== undefined && renamed.length >= MOST * unknown.length) {
    return `"${first.key}" for "${first.own}" names another collection`;
  }
  const guess = index.guess(unknown.map(({ id }) => id));
  return guess === null ? null : describeGuess(guess);
}

function violationsOf(
  entry: QueryAnswers,
  answer: Answer,
  { k, index, truth, noise }: ContractTerms,
): Map<ViolationKind, string> {
  const list = answer.keys ?? [];
  const broken = new Map<ViolationKind, string>();
  const { arm, similarities } = answer.observation;
  const scale = Math.max(0, ...similarities.filter(Number.isFinite).map(Math.abs));
  const tolerated = Math.max(noise[sideOfArm(arm)] ?? 0, RISE_OF_SCALE * scale);
  const seen = new Set<string>();
  const allowed = new Set(entry.query.collections);
  for (const [rank, key] of list.entries()) {
    if (seen.has(key)) broken.set('duplicate-id', key);
    seen.add(key);
    if (!index.has(key) || !allowed.has(partsOf(key).collection)) {
      broken.set('unknown-id', key);
    } else if (isFilteredOut(entry.query, key, truth)) {
      broken.set('filtered-out', key);
    }
    const score = similarities[rank];
    const before = similarities[rank - 1];
    if (score !== undefined && before !== undefined && score > before + tolerated) {
      broken.set('non-monotone', `rank ${rank + 1}`);
    }
  }
  if (list.length > k) broken.set('too-many', `${counted(list.length, 'row')} for k = ${k}`);
  const expected = Math.min(k, truth.list(entry.query.id)?.allowedCount ?? 0);
  if (list.length < expected) broken.set('short', `${counted(list.length, 'row')} of ${expected}`);
  return broken;
}

/** Whether a query's filter excludes a document; unknown where the query has no exact list. */
function isFilteredOut(
  { id, filter }: QueryAnswers['query'],
  key: string,
  truth: TruthLookup,
): boolean {
  return filter !== undefined && truth.list(id) !== null && truth.exactScore(id, key) === null;
}
