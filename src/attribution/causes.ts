import { tellingMeasure } from './telling.ts';
import type { AttributionFinding, Component, ComponentFinding } from './types.ts';

/** Share of what is explained from which a component is a cause that a verdict names. */
const A_CAUSE = 0.25;
/** Causes that are named of one operation. */
const NAMED = 2;

/** Components in words. */
const WORDS: Readonly<Record<Component, string>> = {
  'query-embedder': 'what queries are embedded to',
  'document-vectors': 'the vectors that are held for documents',
  embedder: 'the embedder',
  membership: 'which documents the index holds',
  metric: 'the metric',
  index: 'rows that the index does not find',
  filter: 'what is made of filters',
  fusion: 'how collections are merged',
  order: 'the order of an answer',
  truncation: 'the length of an answer',
};

/** What the disagreement of each operation comes from, as far as replays bear it out; operations with one cause are told together. */
export function causes(
  attribution: readonly (AttributionFinding & { readonly cell: string })[],
): string[] {
  const told = new Map<string, string[]>();
  for (const entry of attribution) {
    const cause = causeOf(entry);
    if (cause === null) continue;
    told.set(cause, [...(told.get(cause) ?? []), entry.cell]);
  }
  return [...told].map(
    ([cause, cells]) => `the answers of ${cells.join(' and ')} differ by ${cause}`,
  );
}

function causeOf({ status, measures, components }: AttributionFinding): string | null {
  if (status !== 'explained') return null;
  const shares = tellingMeasure(measures)?.shares ?? [];
  const named = shares.filter(({ share }) => (share ?? 0) >= A_CAUSE).slice(0, NAMED);
  if (named.length === 0) return null;
  return named
    .map(({ component, share }) => {
      const finding = components.find((one) => one.component === component);
      return `${WORDS[component]} (${(100 * (share ?? 0)).toFixed(0)}%${finding === undefined ? '' : `: ${apart(finding)}`})`;
    })
    .join(' and by ');
}

function apart({ incumbent, candidate }: ComponentFinding): string {
  return incumbent === candidate ? candidate : `incumbent ${incumbent}; candidate ${candidate}`;
}
