import type { RawReply, ReplyGroup } from '../../../record/raw-replies.ts';
import { type FieldMapping, valueAt } from '../../../wire/field-mapping.ts';
import { elementFields, elementsAt, type Fields } from '../match/fields.ts';
import type { DriftDiscovery, DriftRow } from '../types.ts';

/** Status codes and content types. */
export function envelopeRows({ endpoint, scenario, pairs }: ReplyGroup): DriftRow[] {
  const parts = [
    { path: '(status)', of: (reply: RawReply) => String(reply.status) },
    { path: '(content-type)', of: (reply: RawReply) => reply.contentType || 'none' },
  ];
  return parts.flatMap(({ path, of }): DriftRow[] => {
    const kinds = new Map<string, number>();
    for (const { incumbent, candidate } of pairs) {
      const [a, b] = [of(incumbent), of(candidate)];
      if (a !== b) kinds.set(`${a} → ${b}`, (kinds.get(`${a} → ${b}`) ?? 0) + 1);
    }
    return [...kinds].map(([change, support]) => ({
      endpoint,
      scenario,
      incumbentPath: path,
      candidatePath: path,
      operation: `differs: ${change}`,
      severity: 'breaking',
      support,
      heldOutAgreement: null,
      lossy: false,
    }));
  });
}

/** Fields of either side that no mapping makes or uses. */
export function unmatchedRows(
  { endpoint, scenario, pairs }: ReplyGroup,
  fields: { readonly incumbent: Fields; readonly candidate: Fields },
  bodies: { readonly incumbent: readonly unknown[]; readonly candidate: readonly unknown[] },
  mappings: readonly FieldMapping[],
  volatile: DriftDiscovery['volatile'],
): DriftRow[] {
  const rows: DriftRow[] = [];
  for (const side of ['incumbent', 'candidate'] as const) {
    const other = side === 'incumbent' ? 'candidate' : 'incumbent';
    const matched = new Set(
      mappings.map((mapping) =>
        side === 'incumbent' ? mapping.incumbentPath : mapping.candidatePath,
      ),
    );
    const all = [
      ...fields[side].scalars,
      ...fields[side].lists.flatMap((list) =>
        elementFields(bodies[side], list).map((path) => `${list}[].${path}`),
      ),
    ];
    for (const path of all) {
      if (matched.has(path)) continue;
      const shown = path === '' ? '(body)' : path;
      if (volatile[side].includes(path) && volatile[other].includes(path)) continue;
      const support = pairs.filter((pair) => isThere(pair[side].body, path)).length;
      if (support === 0) continue;
      rows.push({
        endpoint,
        scenario,
        incumbentPath: side === 'incumbent' ? shown : null,
        candidatePath: side === 'candidate' ? shown : null,
        operation: side === 'incumbent' ? 'missing' : 'added',
        severity: side === 'incumbent' ? 'breaking' : 'additive',
        support,
        heldOutAgreement: null,
        lossy: side === 'incumbent',
      });
    }
  }
  return rows;
}

function isThere(body: unknown, path: string): boolean {
  const at = path.indexOf('[].');
  if (at === -1) return valueAt(body, path) !== undefined;
  return elementsAt(body, path.slice(0, at)).some(
    (element) => valueAt(element, path.slice(at + 3)) !== undefined,
  );
}
