import type { CapturedReply, ReplyGroup } from '../record/raw-replies.ts';
import { alignedElements, type ListMatch, listAgreement, matchLists } from './match/align.ts';
import { elementFields, type Fields, fieldsOf } from './match/fields.ts';
import { isHeldOut } from './match/held-out.ts';
import { assign } from './match/hungarian.ts';
import { type Accepted, type FieldPlace, matchFields } from './match/match-fields.ts';
import { type Volatile, volatileElements, volatilePaths } from './match/volatile.ts';
import { rowOf } from './rows/mapping-row.ts';
import { unmatchedRows } from './rows/unmatched.ts';
import type { DriftRow } from './types.ts';

/** Pairs of responses below which nothing can be held out. */
const LEAST_PAIRS = 5;
/** Share of the held-out pairs that must bear out the keys of two lists: an answer may be another one altogether. */
const MOSTLY = 0.75;

/** What was found in one part of the responses: the bodies, the headers, or what the dialects read. */
export interface DiscoveredPart {
  readonly mappings: readonly Accepted[];
  readonly lists: readonly ListMatch[];
  readonly rows: readonly DriftRow[];
  readonly volatile: Volatile;
}

/** Finds the mappings between one part of the two sides' responses, and what no mapping covers. */
export function discoverPart(
  group: ReplyGroup,
  partOf: (reply: CapturedReply) => unknown,
): DiscoveredPart {
  const { pairs, endpoint, scenario } = group;
  const parts = {
    incumbent: pairs.map((pair) => partOf(pair.incumbent)),
    candidate: pairs.map((pair) => partOf(pair.candidate)),
  };
  const again = {
    incumbent: pairs.map((pair) => partOf(pair.incumbentAgain)),
    candidate: pairs.map((pair) => partOf(pair.candidateAgain)),
  };
  const fields = { incumbent: fieldsOf(parts.incumbent), candidate: fieldsOf(parts.candidate) };
  const enough = pairs.length >= LEAST_PAIRS;
  const lists = enough ? matchedLists(parts, fields) : [];
  const volatileOf = (side: 'incumbent' | 'candidate'): string[] => [
    ...volatilePaths(fields[side].scalars, parts[side], again[side]),
    ...lists.flatMap((match) => {
      const [list, key] =
        side === 'incumbent'
          ? [match.incumbentList, match.incumbentKey]
          : [match.candidateList, match.candidateKey];
      return volatileElements(list, key, parts[side], again[side]);
    }),
  ];
  const volatile = { incumbent: volatileOf('incumbent'), candidate: volatileOf('candidate') };
  const heldOut = pairs.map((_, at) => isHeldOut(at));
  const top = enough
    ? matchFields(
        places(fields.incumbent.scalars, volatile.incumbent),
        [
          ...places(fields.candidate.scalars, volatile.candidate),
          // The length of a list may stand for a count.
          ...places(fields.candidate.lists, volatile.candidate),
        ],
        pairs.map((_, at) => [{ incumbent: parts.incumbent[at], candidate: parts.candidate[at] }]),
        heldOut,
      )
    : [];
  const below = lists.map((match) => ({
    match,
    mappings: matchFields(
      elementPlaces(parts.incumbent, match.incumbentList, volatile.incumbent),
      elementPlaces(parts.candidate, match.candidateList, volatile.candidate),
      pairs.map((_, at) => alignedElements(match, parts.incumbent[at], parts.candidate[at])),
      heldOut,
    ),
  }));
  const mappings = [...top, ...below.flatMap((list) => list.mappings)];
  return {
    mappings,
    lists,
    volatile,
    rows: [
      ...top.flatMap((mapping) => rowOf(endpoint, scenario, mapping)),
      ...below.flatMap((list) => listRows(group, list.match, list.mappings)),
      ...unmatchedRows({ endpoint, scenario, fields, parts, mappings, lists, volatile }),
    ],
  };
}

function places(paths: readonly string[], volatile: readonly string[]): FieldPlace[] {
  return paths.filter((path) => !volatile.includes(path)).map((path) => ({ path, below: path }));
}

function elementPlaces(
  parts: readonly unknown[],
  list: string,
  volatile: readonly string[],
): FieldPlace[] {
  return elementFields(parts, list)
    .map((below) => ({ path: `${list}[].${below}`, below }))
    .filter(({ path }) => !volatile.includes(path));
}

/** Lists are matched on the pairs that may be looked at, and proved on the others. */
function matchedLists(
  parts: { readonly incumbent: readonly unknown[]; readonly candidate: readonly unknown[] },
  fields: { readonly incumbent: Fields; readonly candidate: Fields },
): ListMatch[] {
  const seen = (_: unknown, at: number): boolean => !isHeldOut(at);
  const held = (_: unknown, at: number): boolean => isHeldOut(at);
  const matches = fields.incumbent.lists.map((a) =>
    fields.candidate.lists.map((b) => {
      const match = matchLists(parts.incumbent.filter(seen), parts.candidate.filter(seen), a, b);
      if (match === null) return null;
      const proof = listAgreement(
        match,
        parts.incumbent.filter(held),
        parts.candidate.filter(held),
      );
      return proof === null || proof < MOSTLY ? null : { ...match, heldOutAgreement: proof };
    }),
  );
  return assign(matches.map((row) => row.map((match) => match?.score ?? 0))).flatMap(
    (column, row) => matches[row]?.[column] ?? [],
  );
}

/** The rows of a list: its own name once, and the fields of its elements that differ below it. */
function listRows(
  { endpoint, scenario, pairs }: ReplyGroup,
  { incumbentList, candidateList, heldOutAgreement }: ListMatch,
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
    heldOutAgreement,
    lossy: false,
    detail: null,
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
