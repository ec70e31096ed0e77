import { otherSide } from '../../../record/side-of-arm.ts';
import { type FieldMapping, valueAt } from '../../../wire/field-mapping.ts';
import type { Scenario } from '../../record/raw-replies.ts';
import { alignedElements, type ListMatch } from '../match/align.ts';
import { elementFields, elementsAt, type Fields } from '../match/fields.ts';
import { isHeldOut } from '../match/held-out.ts';
import { sameValue } from '../match/same-value.ts';
import type { Volatile } from '../match/volatile.ts';
import type { DriftRow } from '../types.ts';

interface BySide<Value> {
  readonly incumbent: Value;
  readonly candidate: Value;
}

/** The values of one field in one pair of responses, or of elements. */
interface Values {
  readonly a: readonly unknown[];
  readonly b: readonly unknown[];
  readonly at: number;
}

/** Longest value that is shown in a row. */
const SHOWN = 40;

/** Both replies of one scenario and what of them was matched. */
interface Unmatched {
  readonly endpoint: string;
  readonly scenario: Scenario;
  readonly fields: BySide<Fields>;
  readonly parts: BySide<readonly unknown[]>;
  readonly mappings: readonly FieldMapping[];
  readonly lists: readonly ListMatch[];
  readonly volatile: Volatile;
}

/** Fields of either side that no mapping makes or uses; one that both have in one place differs. */
export function unmatchedRows({
  endpoint,
  scenario,
  fields,
  parts,
  mappings,
  lists,
  volatile,
}: Unmatched): DriftRow[] {
  const left = {
    incumbent: leftOver('incumbent', fields, parts, mappings, volatile),
    candidate: leftOver('candidate', fields, parts, mappings, volatile),
  };
  const place = { endpoint, scenario } as const;
  const shared = left.incumbent.flatMap((path) => {
    const match = lists.find(({ incumbentList }) => path.startsWith(`${incumbentList}[].`));
    const below = match === undefined ? path : path.slice(match.incumbentList.length + 3);
    const counterpart = match === undefined ? path : `${match.candidateList}[].${below}`;
    return left.candidate.includes(counterpart) ? [{ path, counterpart, match, below }] : [];
  });
  const differing = shared.flatMap(({ path, counterpart, match, below }): DriftRow[] => {
    const pairs = parts.incumbent.flatMap((part, at): Values[] => {
      const other = parts.candidate[at];
      if (match === undefined) {
        return [{ a: valuesAt(part, path), b: valuesAt(other, counterpart), at }];
      }
      return alignedElements(match, part, other).map(({ incumbent, candidate }) => ({
        a: valuesAt(incumbent, below),
        b: valuesAt(candidate, below),
        at,
      }));
    });
    const apart = pairs.filter(({ a, b }) => !sameValue(a, b));
    if (apart.length === 0) return [];
    const held = pairs.filter(({ at }) => isHeldOut(at)).length;
    const heldApart = apart.filter(({ at }) => isHeldOut(at)).length;
    return [
      {
        ...place,
        incumbentPath: shown(path),
        candidatePath: shown(counterpart),
        operation: `differs${change(apart)}`,
        severity: 'meaning',
        support: apart.length,
        heldOutAgreement: held === 0 ? null : heldApart / held,
        lossy: true,
        detail: null,
      },
    ];
  });
  const told = {
    incumbent: new Set(shared.map(({ path }) => path)),
    candidate: new Set(shared.map(({ counterpart }) => counterpart)),
  };
  const lone = (['incumbent', 'candidate'] as const).flatMap((side) =>
    left[side]
      .filter((path) => !told[side].has(path))
      .map((path): DriftRow => {
        const missing = side === 'incumbent';
        return {
          ...place,
          incumbentPath: missing ? shown(path) : null,
          candidatePath: missing ? null : shown(path),
          operation: missing ? 'missing' : 'added',
          severity: missing ? 'breaking' : 'additive',
          support: parts[side].filter((part) => valuesAt(part, path).length > 0).length,
          heldOutAgreement: null,
          lossy: missing,
          detail: null,
        };
      }),
  );
  return [...differing, ...lone];
}

function leftOver(
  side: 'incumbent' | 'candidate',
  fields: BySide<Fields>,
  parts: BySide<readonly unknown[]>,
  mappings: readonly FieldMapping[],
  volatile: Volatile,
): string[] {
  const other = otherSide(side);
  const matched = new Set(
    mappings.map((mapping) => mapping[side === 'incumbent' ? 'incumbentPath' : 'candidatePath']),
  );
  const all = [
    ...fields[side].scalars,
    ...fields[side].lists.flatMap((list) =>
      elementFields(parts[side], list).map((path) => `${list}[].${path}`),
    ),
  ];
  return all.filter(
    (path) =>
      !matched.has(path) &&
      !(volatile[side].includes(path) && volatile[other].includes(path)) &&
      parts[side].some((part) => valuesAt(part, path).length > 0),
  );
}

/** The values at a path, one of each element below `[]`; empty where it is not there. */
function valuesAt(part: unknown, path: string): unknown[] {
  const at = path.indexOf('[].');
  const values =
    at === -1
      ? [valueAt(part, path)]
      : elementsAt(part, path.slice(0, at)).map((element) => valueAt(element, path.slice(at + 3)));
  return values.filter((value) => value !== undefined);
}

/** The change itself, where it is the same in all pairs and short. */
function change(pairs: readonly Values[]): string {
  const [first] = pairs;
  if (first === undefined || first.a.length !== 1 || first.b.length !== 1) return '';
  const words = [first.a[0], first.b[0]].map((value) =>
    typeof value === 'string' ? value : JSON.stringify(value),
  );
  const [from = '', to = ''] = words;
  const constant = pairs.every(({ a, b }) => sameValue(a, first.a) && sameValue(b, first.b));
  return constant && from.length <= SHOWN && to.length <= SHOWN ? `: ${from} → ${to}` : '';
}

function shown(path: string): string {
  return path === '' ? '(body)' : path;
}
