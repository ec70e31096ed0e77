import { valueAt } from '../../../wire/field-mapping.ts';
import { alignedElements } from './align.ts';
import { elementFields } from './fields.ts';
import { sameValue } from './same-value.ts';

/** Paths, by side, whose values differ from one request to the same request again. */
export interface Volatile {
  readonly incumbent: readonly string[];
  readonly candidate: readonly string[];
}

/** Share of the responses in which a value may change from one request to the same request again. */
const STEADY = 0.1;
/** Numbers change by more than this, relative to their size. */
const TOLERANCE = 1e-5;

/** Paths whose value is not the same when the same is asked again, in more than a tenth of the responses. */
export function volatilePaths(
  paths: readonly string[],
  first: readonly unknown[],
  again: readonly unknown[],
): string[] {
  return paths.filter((path) => {
    const differing = first.filter(
      (part, at) => !sameValue(valueAt(part, path), valueAt(again[at], path), TOLERANCE),
    );
    return differing.length > STEADY * first.length;
  });
}

/** The like for the fields of a list's elements, which are told by their key. */
export function volatileElements(
  list: string,
  key: string,
  first: readonly unknown[],
  again: readonly unknown[],
): string[] {
  const match = { incumbentList: list, candidateList: list, incumbentKey: key, candidateKey: key };
  const aligned = first.map((part, at) => alignedElements(match, part, again[at]));
  return elementFields(first, list)
    .filter((field) => {
      const differing = aligned.filter((elements) =>
        elements.some(
          ({ incumbent, candidate }) =>
            !sameValue(valueAt(incumbent, field), valueAt(candidate, field), TOLERANCE),
        ),
      );
      return differing.length > STEADY * first.length;
    })
    .map((field) => `${list}[].${field}`);
}
