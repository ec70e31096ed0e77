import { counted } from '../counted.ts';
import type { Prepared } from './identify/prepare.ts';
import { describeSpace } from './identify/spaces.ts';
import { describeFilter } from './replay/filter-variants.ts';
import { describeFusion, type Membership, type SideModel } from './replay/model.ts';
import { describeCodec, PLAIN, sameCodec } from './replay/precision.ts';
import type { Component, ComponentFinding, ComponentStatus } from './types.ts';

/** Components on which the two sides differ; the others cannot have moved anything. */
export function differing(prepared: Prepared): Component[] {
  return componentFindings(prepared)
    .filter(({ status }) => status === 'identified' || status === 'inferred')
    .map(({ component }) => component);
}

/** Every component as each side was found to have it. */
export function componentFindings(prepared: Prepared): ComponentFinding[] {
  const [a, b] = prepared.models;
  const { queries } = prepared.context;
  const scores = a.metric.accepted && b.metric.accepted;
  const filtered = queries.some(({ filter }) => filter !== null);
  const several = queries.some(({ collections }) => collections.length > 1);
  return [
    ...embedders(prepared),
    found('membership', describeMembership(a, prepared), describeMembership(b, prepared), {
      differs: !sameMembership(a.membership, b.membership),
      status: scores ? 'identified' : 'inferred',
    }),
    found('metric', ...metricsAsSeen(prepared), {
      differs: metricDiffers(prepared),
      status: scores ? 'identified' : 'inferred',
    }),
    found('index', describeOmissions(a), describeOmissions(b), {
      differs: [a, b].some(({ omitted, unreached }) => omitted.size + unreached.size > 0),
      status: 'identified',
      ...(scores ? {} : { otherwise: 'unidentifiable' as const }),
    }),
    found('filter', describeFilter(a.filter), describeFilter(b.filter), {
      differs: JSON.stringify(a.filter) !== JSON.stringify(b.filter),
      status: 'identified',
      ...(filtered ? {} : { otherwise: 'not exercised' as const }),
    }),
    found('fusion', describeFusion(a.fusion), describeFusion(b.fusion), {
      differs: describeFusion(a.fusion) !== describeFusion(b.fusion),
      status: 'identified',
      ...(several ? {} : { otherwise: 'not exercised' as const }),
    }),
    found('order', describeOrder(a), describeOrder(b), {
      differs: [a, b].some(({ reversed, tied }) => reversed.size + tied.size > 0),
      status: 'identified',
    }),
    found('truncation', describeCut(a), describeCut(b), {
      differs: a.offset !== b.offset || a.lengths.size > 0 || b.lengths.size > 0,
      status: 'identified',
    }),
  ];
}

function found(
  component: Component,
  incumbent: string,
  candidate: string,
  how: {
    readonly differs: boolean;
    readonly status: ComponentStatus;
    readonly otherwise?: ComponentStatus;
  },
): ComponentFinding {
  const status = how.differs ? how.status : (how.otherwise ?? 'identical');
  return { component, status, incumbent, candidate };
}

function embedders(prepared: Prepared): ComponentFinding[] {
  const { sides } = prepared.input;
  const { relation, comparable, models, context } = prepared;
  const document = (side: 0 | 1): string => {
    const { codec, seen, metric } = models[side];
    const table = side === 0 ? sides.incumbent.documents : sides.candidate.documents;
    const codes =
      seen === null ? describeCodec(codec) : ', scores approximate: as of quantised vectors';
    const keepsLengths =
      !sameCodec(codec, PLAIN) && metric.kind !== 'cosine' && context.spaces.isEquallyLong;
    return `${describeSpace(table)}${codes}${keepsLengths ? ', with the lengths of the codes' : ''}`;
  };
  if (!comparable) {
    return [found('embedder', document(0), document(1), { differs: true, status: 'identified' })];
  }
  const differ = (count: number, texts: number): string =>
    count === 0 ? '' : `; ${count} of ${texts} directions differ`;
  return [
    found(
      'query-embedder',
      describeSpace(sides.incumbent.queries) + hiddenIn(prepared, 0),
      describeSpace(sides.candidate.queries) +
        hiddenIn(prepared, 1) +
        differ(relation.queries.differing, relation.queries.texts),
      {
        differs: !relation.queries.same,
        // A vector that was recovered from scores was never seen.
        status: prepared.hidden.every((side) => side === null) ? 'identified' : 'inferred',
      },
    ),
    found(
      'document-vectors',
      document(0),
      document(1) + differ(relation.documents.differing, relation.documents.texts),
      {
        differs:
          !relation.documents.same ||
          !sameCodec(models[0].codec, models[1].codec) ||
          models.some(({ seen }) => seen !== null),
        // What stands in the index is known through scores; the embed route alone shows what should.
        status: models.every(({ metric }) => metric.accepted) ? 'identified' : 'inferred',
      },
    ),
  ];
}

function hiddenIn({ hidden }: Prepared, side: 0 | 1): string {
  const found = hidden[side];
  if (found === null) return '';
  const { recovered, lost } = found;
  return `; search embeds ${recovered + lost} otherwise than the embed route (${recovered} recovered from scores)`;
}

function metricDiffers({ models: [a, b], relation, input }: Prepared): boolean {
  if (a.metric.kind !== b.metric.kind || a.metric.sign !== b.metric.sign) return true;
  if (a.metric.kind === 'cosine') return false;
  const ratio = relation.documents.normRatio ?? 1;
  if (Math.abs(ratio - 1) < 1e-3) return false;
  return input.queries.length > 0;
}

/** Each side's metric as its scores show it, whatever it is replayed by. */
function metricsAsSeen({ sides: [a, b], models }: Prepared): [string, string] {
  const isOne =
    a.model.metric.kind !== b.model.metric.kind && models[0].metric.kind === models[1].metric.kind;
  const alike = isOne ? '; one order over vectors of one length' : '';
  return [describeMetric(a.model) + alike, describeMetric(b.model) + alike];
}

function describeMetric({ metric }: SideModel): string {
  const fit =
    metric.residual === null || metric.share === null
      ? ''
      : `, ${(100 * metric.share).toFixed(metric.share === 1 ? 0 : 1)}% of the scores fit, to ${metric.residual.toExponential(1)}`;
  return `${metric.kind}${metric.sign === -1 ? ', farthest first' : ''} (${metric.form}${fit})`;
}

function sameMembership(a: Membership, b: Membership): boolean {
  return (
    sameKeys(a.missing, b.missing) &&
    sameKeys(a.extras, b.extras) &&
    a.stale.size === 0 &&
    b.stale.size === 0
  );
}

function sameKeys(a: ReadonlySet<number>, b: ReadonlySet<number>): boolean {
  return a.size === b.size && [...a].every((row) => b.has(row));
}

function describeMembership({ membership }: SideModel, { world }: Prepared): string {
  const named = (what: string, rows: readonly number[]): string[] => {
    if (rows.length === 0) return [];
    const shown = rows
      .slice(0, 3)
      .map((row) => world.keys[row] ?? '')
      .join(', ');
    return [`${rows.length} ${what} (${shown}${rows.length > 3 ? ', …' : ''})`];
  };
  const parts = [
    ...named('missing', [...membership.missing]),
    ...named('extra', [...membership.extras]),
    ...named('stale', [...membership.stale.keys()]),
  ];
  return parts.length === 0 ? 'the corpus' : parts.join('; ');
}

function describeOmissions({ omitted, unreached }: SideModel): string {
  const rows = [...omitted.values()].reduce((sum, set) => sum + set.size, 0);
  const parts = [
    ...(rows === 0
      ? []
      : [`${counted(rows, 'row')} left out of ${counted(omitted.size, 'answer')}`]),
    ...(unreached.size === 0
      ? []
      : [
          `${counted(unreached.size, 'document')} found by no question: beyond its reach, or absent`,
        ]),
  ];
  return parts.length === 0 ? 'nothing left out' : parts.join('; ');
}

function describeOrder({ tied, reversed }: SideModel): string {
  const parts = [
    'best first',
    ...(tied.size === 0
      ? []
      : [`rows of one score in an order of their own in ${counted(tied.size, 'answer')}`]),
    ...(reversed.size === 0 ? [] : [`${counted(reversed.size, 'answer')} in reverse`]),
  ];
  return parts.join(', ');
}

function describeCut({ offset, lengths }: SideModel): string {
  const parts = [
    ...(offset === 0 ? [] : [`first ${offset} left out`]),
    ...(lengths.size === 0 ? [] : [`${counted(lengths.size, 'answer')} cut short`]),
  ];
  return parts.length === 0 ? 'k rows' : parts.join('; ');
}
