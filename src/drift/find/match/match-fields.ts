import { type FieldMapping, type FieldOperation, valueAt } from '../../../wire/field-mapping.ts';
import { agreement, fitOperation, type ValuePair } from './fit-operation.ts';
import { assign } from './hungarian.ts';
import { lengthsOf } from './lengths.ts';
import { nameLikeness } from './name-likeness.ts';

/** A field of each side, before it is known which belong together. */
export interface FieldPlace {
  /** Path as it is shown, with `[]` for the elements of a list. */
  readonly path: string;
  /** Path below the element, or from the root. */
  readonly below: string;
}

/** A mapping with what it rests on. */
export interface Accepted extends FieldMapping {
  readonly support: number;
  readonly heldOutAgreement: number;
  /** What was measured of the change; null where there is nothing to measure. */
  readonly detail: string | null;
}

/**
 * The fields of two sides that hold the same, by which operation.
 *
 * @param contexts for each pair of responses the bodies, or the aligned elements of a list, that hold the fields
 * @param heldOut which pairs of responses a mapping is proved on
 */
export function matchFields(
  incumbents: readonly FieldPlace[],
  candidates: readonly FieldPlace[],
  contexts: readonly (readonly ValuePair[])[],
  heldOut: readonly boolean[],
): Accepted[] {
  const fits = incumbents.map((a) => candidates.map((b) => fitBetween(a, b, contexts, heldOut)));
  const columns = assign(fits.map((row) => row.map((fit) => fit?.gain ?? 0)));
  return incumbents.flatMap((a, row): Accepted[] => {
    const column = columns[row] ?? -1;
    // What a count counts is a field of its own as well: it may be taken twice.
    const at = fits[row]?.[column] == null ? counted(fits[row] ?? []) : column;
    const [fit, b] = [fits[row]?.[at], candidates[at]];
    if (fit == null || b === undefined) return [];
    return [
      {
        incumbentPath: a.path,
        candidatePath: b.path,
        operation: fit.operation,
        lossy: fit.operation.kind === 'l2-normalised',
        support: fit.support,
        heldOutAgreement: fit.heldOutAgreement,
        detail: fit.detail,
      },
    ];
  });
}

interface Fit {
  readonly operation: FieldOperation;
  readonly support: number;
  readonly heldOutAgreement: number;
  readonly detail: string | null;
  /** Information that the mapping explains, in bits, less for what is less simple. */
  readonly gain: number;
}

/** The operation between two fields, if there is one that every held-out pair bears out. */
function fitBetween(
  a: FieldPlace,
  b: FieldPlace,
  contexts: readonly (readonly ValuePair[])[],
  heldOut: readonly boolean[],
): Fit | null {
  const values = contexts.map((elements) =>
    elements.flatMap(({ incumbent, candidate }): ValuePair[] => {
      const pair = {
        incumbent: valueAt(incumbent, a.below),
        candidate: valueAt(candidate, b.below),
      };
      // A value that the candidate does not have there is one that the mapping does not give.
      return pair.incumbent === undefined ? [] : [pair];
    }),
  );
  const train = values.flatMap((pair, at) => (heldOut[at] === true ? [] : pair));
  const test = values.flatMap((pair, at) => (heldOut[at] === true ? pair : []));
  if (train.length < 2 || test.length === 0) return null;
  const operation = fitOperation(train);
  const likeness = nameLikeness(a.path, b.path);
  if (operation === null || isCoincidence(operation, train, likeness)) return null;
  const heldOutAgreement = agreement(operation, test);
  if (heldOutAgreement < 1) return null;
  return {
    operation,
    support: train.length + test.length,
    heldOutAgreement,
    detail: operation.kind.startsWith('l2-') ? lengthsOf([...train, ...test]) : null,
    gain: information(train) * simplicity(operation) * (1 + likeness / 2),
  };
}

/** The best place whose length gives the field; −1 where there is none. */
function counted(fits: readonly (Fit | null)[]): number {
  let best = -1;
  for (const [at, fit] of fits.entries()) {
    if (fit?.operation.kind !== 'length-of') continue;
    if (fit.gain > (fits[best]?.gain ?? 0)) best = at;
  }
  return best;
}

/** Values that never vary match many fields by chance: they must be equal, and telling by themselves or by name. */
function isCoincidence(
  operation: FieldOperation,
  pairs: readonly ValuePair[],
  likeness: number,
): boolean {
  const [first] = pairs;
  if (new Set(pairs.map(({ incumbent }) => JSON.stringify(incumbent))).size > 1) return false;
  if (operation.kind !== 'identity') return likeness < 0.99;
  const value = first?.incumbent;
  const telling =
    (typeof value === 'string' && value.length >= 6) ||
    (typeof value === 'number' && Math.abs(value) >= 10) ||
    (typeof value === 'object' && value !== null);
  return !telling && likeness < 0.5;
}

/** Bits that the values tell apart, and one for what does not vary. */
function information(pairs: readonly ValuePair[]): number {
  const distinct = new Set(pairs.map(({ incumbent }) => JSON.stringify(incumbent)));
  return 1 + Math.log2(Math.max(1, distinct.size));
}

function simplicity(operation: FieldOperation): number {
  switch (operation.kind) {
    case 'identity':
      return 1;
    case 'affine':
    case 'l2-normalise':
    case 'l2-normalised':
      return 0.95;
    case 'length-of':
      return 0.6;
    default:
      return 0.9;
  }
}
