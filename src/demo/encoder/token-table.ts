import { randomOf } from '../../stats/random.ts';
import { exactLog2 } from './algebra/exact-math.ts';
import {
  addScaled,
  innerProduct,
  lengthOf,
  normalise,
  orthonormalise,
  type Vectors,
} from './algebra/linear-algebra.ts';
import type { WordCounts } from './counts.ts';
import type { Recipe } from './recipe.ts';
import { SPECIALS, type Vocabulary } from './vocabulary.ts';

/** Token vectors as the model stores them: token i is `scale` times row i of `rows`. */
export interface TokenTable {
  readonly dimension: number;
  /** Tokens × dimension, row-major. */
  readonly rows: Int8Array;
  readonly scale: number;
}

/** A direction of a token's own, and the sine of its angle to the common one. */
interface Meaning {
  readonly direction: Float64Array;
  readonly angle: number;
}

/**
 * Gives every token a vector of length √D, as a layer norm without gain would:
 * √D · (√(1−w²)·c + w·s), where c is common to all tokens, s is the token's own direction at right angles
 * to c, and w grows with the information the token carries. All of them are then turned by one random
 * rotation, so that no coordinate is special, and stored in 8 bits with one scale for all.
 */
export function createTokenTable(
  vocabulary: Vocabulary,
  counts: WordCounts,
  learned: Vectors,
  recipe: Recipe,
): TokenTable {
  const { dimension } = recipe;
  const random = signSource(recipe.seed);
  const rotation = Array.from({ length: dimension }, () => random(dimension));
  orthonormalise(rotation);
  const meanings = [
    ...SPECIALS.map(() => ({
      direction: normalise(random(dimension - 1)),
      angle: recipe.specialAngle,
    })),
    ...wordMeanings(counts, learned, recipe, random),
    ...pieceMeanings(vocabulary, learned, recipe, random),
  ];
  const turned = meanings.map(({ direction, angle }) => {
    const vector = new Float64Array(dimension);
    vector[0] = Math.sqrt(1 - angle * angle);
    addScaled(vector.subarray(1), direction, angle);
    return Float64Array.from(rotation, (axis) => innerProduct(axis, vector));
  });
  const largest = turned.reduce((most, vector) => Math.max(most, largestOf(vector)), 0);
  const rows = new Int8Array(meanings.length * dimension);
  turned.forEach((vector, token) => {
    rows.set(
      vector.map((value) => Math.round((127 * value) / largest)),
      token * dimension,
    );
  });
  return { dimension, rows, scale: (Math.sqrt(dimension) * largest) / 127 };
}

function wordMeanings(
  counts: WordCounts,
  learned: Vectors,
  recipe: Recipe,
  random: (length: number) => Float64Array,
): Meaning[] {
  return learned.map((vector, number) => {
    const bits = exactLog2(counts.textCount / Math.max(counts.textsWith[number] ?? 0, 1));
    return {
      direction: withIdentity(vector, recipe.identity, random),
      angle: angleOf(Math.min(1, bits / recipe.fullBits), recipe),
    };
  });
}

function pieceMeanings(
  vocabulary: Vocabulary,
  learned: Vectors,
  recipe: Recipe,
  random: (length: number) => Float64Array,
): Meaning[] {
  return vocabulary.pieces.map(({ sources, foreignCount }) => {
    const mean = new Float64Array(recipe.dimension - 1);
    let mass = foreignCount;
    for (const [word, weight] of sources) {
      const vector = learned[word];
      if (vector === undefined) continue;
      addScaled(mean, vector, weight);
      mass += weight * lengthOf(vector);
    }
    if (mass > 0) for (let i = 0; i < mean.length; i++) mean[i] = (mean[i] ?? 0) / mass;
    return {
      direction: withIdentity(mean, recipe.identity, random),
      angle: angleOf(
        // Full where all misspellings mean one word; short where they mean many or none.
        recipe.pieceInformation + (1 - recipe.pieceInformation) * Math.min(1, lengthOf(mean)),
        recipe,
      ),
    };
  });
}

function angleOf(information: number, recipe: Recipe): number {
  return recipe.leastAngle + (recipe.widestAngle - recipe.leastAngle) * information;
}

function withIdentity(
  learned: Float64Array,
  identity: number,
  random: (length: number) => Float64Array,
): Float64Array {
  const direction = Float64Array.from(learned);
  addScaled(direction, normalise(random(learned.length)), identity);
  return normalise(direction);
}

function signSource(seed: number): (length: number) => Float64Array {
  const random = randomOf(seed);
  return (length) => Float64Array.from({ length }, () => 2 * random.integer(0, 1) - 1);
}

function largestOf(vector: Float64Array): number {
  return vector.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
}
