import { counted } from '../counted.ts';
import { metricLabel } from '../metrics/metric.ts';
import type { RetrieveGap } from './gap.ts';

/** A gap as a line of a report. */
export function gapLine(gap: RetrieveGap): string {
  switch (gap.type) {
    case 'gate off':
      return `${gap.key}: its gate is switched off (gates.${gap.key})`;
    case 'no judgments':
      return `${unjudged(gap)}: no query that was asked has a judgment`;
    case 'efforts in use':
      return 'quality at the efforts in use: the run set others for equal recall, and holds recall equal in place of its margins';
    case 'generated judgments':
      return 'nDCG: the judgments were generated with the documents, and say nothing about a model (gates.ndcg.margin gates it all the same)';
    case 'exact neighbours':
      return 'recall against exact neighbours: the truth was declared to be the judgments';
    case 'small slices':
      return `${gap.cell}: slices too small for a claim of their own: ${gap.slices
        .map(({ slice, needs }) => `${slice} (${needs})`)
        .join(', ')}`;
    case 'filters':
      return `${gap.cell}: filters`;
    case 'unasked queries':
      return `${gap.cell}: ${counted(gap.queries, 'query that was', 'queries that were')} not asked: ${gap.side}: ${gap.why}`;
    case 'operations':
      return `operations not probed: ${gap.operations.join(', ')}`;
    case 'embeddings':
      return 'embeddings: not both sides were asked to embed and did, so theirs are not compared';
    case 'latency':
      return 'latency: no block of it was timed';
    case 'payloads':
      return 'payloads of hits: their metadata and texts are not compared';
    case 'stored vectors':
      return 'vectors are those of the embed endpoints, not read from the stores';
    case 'other builds':
      return 'one build of each index: a rebuild needs a new verdict';
    case 'unsampled documents':
      return 'membership was sampled, not counted';
    case 'needs not asked':
      return `${gap.cell}: ${counted(gap.needs, 'need that was', 'needs that were')} not asked once the gates on quality had decided; the bounds in the tables on quality do not allow for the stop, those of the gates do`;
    case 'interrupted':
      return 'the run was interrupted: later stages were not measured';
    case 'under load':
      return `${gap.keys.join(', ')}: judged by bench load`;
  }
}

/** All gaps within one sentence: names and numbers alone. */
export function gapsBriefly(gaps: readonly RetrieveGap[]): string {
  return gapNames(gaps).join(', ');
}

/** What the gaps are of, each in a few words. */
export function gapNames(gaps: readonly RetrieveGap[]): string[] {
  const of = <Type extends RetrieveGap['type']>(type: Type) =>
    gaps.filter((gap): gap is Extract<RetrieveGap, { type: Type }> => gap.type === type);
  const small = of('small slices');
  return [
    ...of('gate off').map(({ key }) => key),
    ...of('no judgments').map(unjudged),
    ...of('efforts in use').map(() => 'quality at the efforts in use'),
    ...of('generated judgments').map(() => 'nDCG, whose judgments are generated'),
    ...of('exact neighbours').map(() => 'exact neighbours'),
    ...small
      .slice(0, 1)
      .map(
        ({ leastNeeds }) =>
          `slices of fewer than ${leastNeeds} needs (${small
            .map(({ cell, slices }) => `${slices.length} of ${cell}`)
            .join(', ')})`,
      ),
    ...of('filters').map(({ cell }) => `filters of ${cell}`),
    ...of('unasked queries').map(
      ({ cell, queries }) =>
        `${counted(queries, 'query', 'queries')} of ${cell} that a side cannot express`,
    ),
    ...of('embeddings').map(() => 'embeddings'),
    ...of('latency').map(() => 'latency'),
    ...of('operations').flatMap(({ operations }) => operations),
    ...of('payloads').map(() => 'payloads of hits'),
    ...of('stored vectors').map(() => 'stored vectors'),
    ...of('other builds').map(() => 'other builds of the indexes'),
    ...of('unsampled documents').map(() => 'unsampled documents'),
    ...of('interrupted').map(() => 'what the interrupt cut off'),
  ];
}

function unjudged({ metric, cell, slice }: Extract<RetrieveGap, { type: 'no judgments' }>): string {
  return `${metricLabel(metric)} of ${cell}${slice === null ? '' : ` (${slice})`}`;
}
