import type { Distance } from '../operations.ts';

type Similarities = Readonly<Partial<Record<Distance, (rawScore: number) => number>>>;

const same = (rawScore: number): number => rawScore;
const oneMinus = (rawScore: number): number => 1 - rawScore;
const negated = (rawScore: number): number => -rawScore;
const negatedRoot = (rawScore: number): number => -Math.sqrt(rawScore);
const centred = (rawScore: number): number => 2 * rawScore - 1;

/** From what engines give to a similarity: the cosine, the dot product, or the negated distance. */
export const SCORES = {
  /** Cosine and dot product as they are; a distance that is lower for what is nearer. */
  plain: { cosine: same, dot: same, euclidean: negated, manhattan: negated },
  /** Cosine and dot product as they are; the squared distance. */
  plainSquared: { cosine: same, dot: same, euclidean: negatedRoot },
  /** Distances alone: 1 − cosine, 1 − dot, the squared distance. */
  distances: { cosine: oneMinus, dot: oneMinus, euclidean: negatedRoot },
  /** Of Lucene: (1 + cos) / 2; 1 / (1 + d²); the greatest inner product, which is never below 0. */
  lucene: {
    cosine: centred,
    euclidean: (rawScore) => -Math.sqrt(Math.max(0, 1 / rawScore - 1)),
    dot: (rawScore) => (rawScore < 1 ? 1 - 1 / rawScore : rawScore - 1),
  },
  /** (1 + cos) / 2 alone. */
  centred: { cosine: centred },
} satisfies Readonly<Record<string, Similarities>>;
