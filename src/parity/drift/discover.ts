import type { RawReply, ReplyGroup, ReplyPair } from '../../record/raw-replies.ts';
import {
  adaptResponse,
  type FieldMapping,
  type FieldOperation,
  valueAt,
} from '../../wire/field-mapping.ts';
import { alignedElements, type ListMatch, matchLists } from './match/align.ts';
import { elementFields, type Fields, fieldsOf } from './match/fields.ts';
import { agreement, fitOperation, holds, type ValuePair } from './match/fit-operation.ts';
import { assign } from './match/hungarian.ts';
import { nameLikeness } from './match/name-likeness.ts';
import { sameValue } from './match/same-value.ts';
import { rowOf } from './rows/mapping-row.ts';
import { envelopeRows, unmatchedRows } from './rows/unmatched.ts';
import type { DriftDiscovery, DriftRow } from './types.ts';

/** Agreement on the held-out pairs below which a mapping is not accepted. */
const ACCEPT = 0.99;
/** Pairs of responses below which nothing can be held out. */
const LEAST_PAIRS = 5;

/** A field of each side, before it is known which belong together. */
interface Place {
  /** Path as it is shown, with `[]` for the elements of a list. */
  readonly path: string;
  /** Path below the element, or from the root. */
  readonly below: string;
}

/** A mapping with what it rests on. */
export interface Accepted extends FieldMapping {
  readonly support: number;
  readonly heldOutAgreement: number;
}

/**
 * Finds which field of the candidate's responses holds what a field of the incumbent's holds, and by which
 * operation, from the values alone; names decide between equals. Two fifths of the pairs are held out, and a
 * mapping that they do not bear out is not accepted.
 */
export function discoverDrift(group: ReplyGroup): DriftDiscovery {
  const { pairs, endpoint, scenario } = group;
  const heldOut = pairs.map((_, at) => at % 5 === 1 || at % 5 === 3);
  const bodies = {
    incumbent: pairs.map((pair) => pair.incumbent.body),
    candidate: pairs.map((pair) => pair.candidate.body),
  };
  const volatile = {
    incumbent: volatilePaths(pairs, (pair) => [pair.incumbent, pair.incumbentAgain]),
    candidate: volatilePaths(pairs, (pair) => [pair.candidate, pair.candidateAgain]),
  };
  const fields = { incumbent: fieldsOf(bodies.incumbent), candidate: fieldsOf(bodies.candidate) };
  const enough = pairs.length >= LEAST_PAIRS;
  const top = matchFields(
    places(fields.incumbent.scalars, volatile.incumbent),
    [
      ...places(fields.candidate.scalars, volatile.candidate),
      // The length of a list may stand for a count.
      ...places(fields.candidate.lists, volatile.candidate),
    ],
    pairs.map((pair) => [{ incumbent: pair.incumbent.body, candidate: pair.candidate.body }]),
    heldOut,
    enough,
  );
  const lists = enough ? matchedLists(bodies, fields) : [];
  const below = lists.flatMap((match) =>
    matchFields(
      elementPlaces(bodies.incumbent, match.incumbentList),
      elementPlaces(bodies.candidate, match.candidateList),
      pairs.map((pair) => alignedElements(match, pair.incumbent.body, pair.candidate.body)),
      heldOut,
      true,
    ).map((mapping) => ({
      ...mapping,
      incumbentPath: `${match.incumbentList}[].${mapping.incumbentPath}`,
      candidatePath: `${match.candidateList}[].${mapping.candidatePath}`,
    })),
  );
  const mappings = [...top, ...below];
  const rows = [
    ...envelopeRows(group),
    ...top.flatMap((mapping) => rowOf(endpoint, scenario, mapping)),
    ...lists.flatMap((match) =>
      listRows(
        group,
        match,
        below.filter(({ incumbentPath }) => incumbentPath.startsWith(`${match.incumbentList}[].`)),
      ),
    ),
    ...unmatchedRows(group, fields, bodies, mappings, volatile),
  ];
  return {
    endpoint,
    scenario,
    rows,
    mappings: mappings.map(({ incumbentPath, candidatePath, operation, lossy }) => ({
      incumbentPath,
      candidatePath,
      operation,
      lossy,
    })),
    volatile,
    adapterAgreement: adapterAgreement(pairs, heldOut, mappings),
    pairs: pairs.length,
  };
}

function matchFields(
  incumbents: readonly Place[],
  candidates: readonly Place[],
  contexts: readonly (readonly ValuePair[])[],
  heldOut: readonly boolean[],
  enough: boolean,
): Accepted[] {
  if (!enough) return [];
  const found: { operation: FieldOperation; all: number; held: number }[][] = [];
  const gains = incumbents.map((a, row) =>
    candidates.map((b, column) => {
      const values = contexts.map((elements) =>
        elements.flatMap(({ incumbent, candidate }): ValuePair[] => {
          const pair = {
            incumbent: valueAt(incumbent, a.below),
            candidate: valueAt(candidate, b.below),
          };
          return pair.incumbent === undefined || pair.candidate === undefined ? [] : [pair];
        }),
      );
      const train = values.flatMap((pair, at) => (heldOut[at] === true ? [] : pair));
      const test = values.flatMap((pair, at) => (heldOut[at] === true ? pair : []));
      if (train.length < 2 || test.length === 0) return 0;
      const operation = fitOperation(train);
      if (operation === null) return 0;
      if (isCoincidence(operation, train, nameLikeness(a.path, b.path))) return 0;
      const held = agreement(operation, test);
      if (held < ACCEPT) return 0;
      const line = found[row] ?? [];
      line[column] = { operation, all: train.length + test.length, held };
      found[row] = line;
      const likeness = nameLikeness(a.path, b.path);
      return information(train) * simplicity(operation) * held * (1 + likeness / 2);
    }),
  );
  return assign(gains).flatMap((column, row) => {
    const match = found[row]?.[column];
    const [a, b] = [incumbents[row], candidates[column]];
    if (match === undefined || a === undefined || b === undefined) return [];
    return [
      {
        incumbentPath: a.path,
        candidatePath: b.path,
        operation: match.operation,
        lossy: match.operation.kind === 'l2-normalised',
        support: match.all,
        heldOutAgreement: match.held,
      },
    ];
  });
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

function places(paths: readonly string[], volatile: readonly string[]): Place[] {
  return paths.filter((path) => !volatile.includes(path)).map((path) => ({ path, below: path }));
}

function elementPlaces(bodies: readonly unknown[], list: string): Place[] {
  return elementFields(bodies, list).map((path) => ({ path, below: path }));
}

function matchedLists(
  bodies: { readonly incumbent: readonly unknown[]; readonly candidate: readonly unknown[] },
  fields: { readonly incumbent: Fields; readonly candidate: Fields },
): ListMatch[] {
  const matches = fields.incumbent.lists.map((a) =>
    fields.candidate.lists.map((b) => matchLists(bodies.incumbent, bodies.candidate, a, b)),
  );
  return assign(matches.map((row) => row.map((match) => match?.score ?? 0))).flatMap(
    (column, row) => matches[row]?.[column] ?? [],
  );
}

/** Paths whose value is not the same when the same is asked again, in more than a tenth of the pairs. */
function volatilePaths(
  pairs: readonly ReplyPair[],
  repeated: (pair: ReplyPair) => readonly [RawReply, RawReply],
): string[] {
  const paths = fieldsOf(pairs.map((pair) => repeated(pair)[0].body)).scalars;
  return paths.filter((path) => {
    const differing = pairs.filter((pair) => {
      const [one, other] = repeated(pair);
      return !sameValue(valueAt(one.body, path), valueAt(other.body, path), 1e-5);
    });
    return differing.length > 0.1 * pairs.length;
  });
}

/** The rows of a list: its own name once, and the fields of its elements that differ below it. */
function listRows(
  { endpoint, scenario, pairs }: ReplyGroup,
  { incumbentList, candidateList, score }: ListMatch,
  fields: readonly Accepted[],
): DriftRow[] {
  const renamed: DriftRow = {
    endpoint,
    scenario,
    incumbentPath: `${incumbentList}[]`,
    candidatePath: `${candidateList}[]`,
    operation: 'rename',
    severity: 'shape',
    support: pairs.length,
    heldOutAgreement: score,
    lossy: false,
  };
  return [
    ...(incumbentList === candidateList || fields.length === 0 ? [] : [renamed]),
    ...fields
      .filter(
        ({ incumbentPath, candidatePath, operation }) =>
          operation.kind !== 'identity' ||
          incumbentPath.slice(incumbentList.length) !== candidatePath.slice(candidateList.length),
      )
      .flatMap((mapping) => rowOf(endpoint, scenario, mapping)),
  ];
}

/** Share of held-out responses in which every adapted field is what the incumbent said. */
function adapterAgreement(
  pairs: readonly ReplyPair[],
  heldOut: readonly boolean[],
  mappings: readonly Accepted[],
): number | null {
  const test = pairs.filter((_, at) => heldOut[at] === true);
  if (mappings.length === 0 || test.length === 0) return null;
  const plain = mappings.filter(({ incumbentPath }) => !incumbentPath.includes('[]'));
  const right = test.filter(({ incumbent, candidate }) => {
    const adapted = adaptResponse(mappings, candidate.body);
    return plain.every(({ incumbentPath, candidatePath, operation }) => {
      const wanted = valueAt(incumbent.body, incumbentPath);
      if (wanted === undefined) return true;
      const source = valueAt(candidate.body, candidatePath);
      return (
        valueAt(adapted, incumbentPath) !== undefined &&
        holds(operation, { incumbent: wanted, candidate: source })
      );
    });
  });
  return right.length / test.length;
}
