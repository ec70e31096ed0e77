import type { Prepared } from './identify/prepare.ts';
import { fidelityOf, isFaithful } from './replay/twin.ts';
import type { AttributionQuery, Component, ComponentFinding } from './types.ts';

/** Share of the scores that a metric must give on both sides before it is established without a replay. */
const NEARLY_ALL = 0.98;

/**
 * Components with what is claimed of them cut to what held-out answers bear out. Without a faithful replay only what
 * scores show is left; a filter and a fusion must be borne out by the answers that they apply to.
 *
 * @param told whether the replays reproduce the held-out answers as a whole
 */
export function established(
  findings: readonly ComponentFinding[],
  prepared: Prepared,
  told: boolean,
): ComponentFinding[] {
  const applies: Readonly<Partial<Record<Component, (query: AttributionQuery) => boolean>>> = {
    filter: ({ filter }) => filter !== null,
    fusion: ({ collections }) => collections.length > 1,
  };
  return findings.map((finding) => {
    const { component, status } = finding;
    if (status === 'unidentifiable' || status === 'not exercised') return finding;
    const on = applies[component];
    const holds = told ? on === undefined || isBorneOut(prepared, on) : isSeen(prepared, component);
    return holds
      ? finding
      : {
          ...finding,
          status: 'not borne out',
          incumbent: `perhaps ${finding.incumbent}`,
          candidate: `perhaps ${finding.candidate}`,
        };
  });
}

/** Whether scores alone show it: the metric, and that documents are compared as the embed route gives them. */
function isSeen({ models, hidden }: Prepared, component: Component): boolean {
  if (component !== 'metric' && component !== 'document-vectors') return false;
  return (
    hidden.every((side) => side === null) &&
    models.every(({ metric, seen }) => seen === null && (metric.share ?? 0) >= NEARLY_ALL)
  );
}

/** Whether the replays reproduce the held-out answers to some of the queries, where those differ at all. */
function isBorneOut(
  { context, models, input, heldOut, distances }: Prepared,
  on: (query: AttributionQuery) => boolean,
): boolean {
  const chosen = heldOut.filter((query) => {
    const asked = context.queries[query];
    return asked !== undefined && on(asked);
  });
  if (chosen.length === 0) return false;
  const fidelities = [...distances.values()].map((distance) =>
    fidelityOf(context, models, input.sides, chosen, distance),
  );
  return fidelities.some(isFaithful);
}
