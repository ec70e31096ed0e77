import { documentIndex } from '../corpus/document-index.ts';
import { cellFinding } from './cell/cell.ts';
import { membershipCensus } from './census.ts';
import { embeddingFinding } from './embedding.ts';
import { errorPairs } from './failures.ts';
import type {
  BuildsFinding,
  EqualRecallFinding,
  Findings,
  LintLine,
  ListingFinding,
  ReferenceFinding,
} from './findings.ts';
import type { ParityInput } from './inputs.ts';
import { latencyFindings, throughputFindings } from './speed.ts';

/** What is known beside the observations. */
export interface FindingsExtras {
  readonly complete: boolean;
  readonly lint: readonly LintLine[];
  /** Null where it was left to `bench rescore`. */
  readonly reference: readonly ReferenceFinding[] | null;
  readonly truthQueries: number;
  readonly throughputConcurrency: number;
  readonly leftOut: NonNullable<Findings['leftOut']>;
  readonly equalRecall?: EqualRecallFinding;
  /** What the lists are held against. */
  readonly source: 'exact' | 'judgments';
  /** What was declared of the incumbent's search, a clause each. */
  readonly declared: readonly string[];
  readonly listing?: ListingFinding;
  readonly builds: readonly BuildsFinding[];
}

/** Everything that is found in a run: a pure function of its record and the exact truth. */
export function buildFindings(input: ParityInput, extras: FindingsExtras): Findings {
  const index = documentIndex(input.collections);
  return {
    schema: 1,
    k: input.k,
    corpus: {
      name: input.corpusName,
      ...(input.weights === undefined ? {} : { weights: input.weights }),
      ...(input.excludeSelf === true ? { excludeSelf: true } : {}),
      documents: index.size,
      queries: input.queries.length,
      needs: new Set(input.queries.map((query) => query.need)).size,
    },
    complete: extras.complete && extras.reference !== null,
    truth: {
      queries: extras.truthQueries,
      documents: index.size,
      lint: extras.lint,
      ...(extras.source === 'judgments' ? { source: extras.source } : {}),
      ...(extras.declared.length === 0 ? {} : { declared: extras.declared }),
    },
    reference: extras.reference ?? [],
    ...(extras.reference === null ? { referenceLeft: true } : {}),
    embedding: embeddingFinding(input.vectors, {
      asked: input.textsAsked,
      candidateEmbeds: input.candidateEmbeds,
      blank: input.blankTexts,
    }),
    census: membershipCensus(input.observations, index, input.censusTruth),
    cells: input.cells.map((entry) => cellFinding(input, entry, index)),
    errors: errorPairs(input.observations, input.queries),
    latency: input.cells.flatMap(({ cell }) => latencyFindings(cell, input.observations)),
    throughput: input.cells.flatMap(({ cell }) =>
      throughputFindings(cell, input.observations, extras.throughputConcurrency),
    ),
    ...(extras.leftOut.length === 0 ? {} : { leftOut: extras.leftOut }),
    ...(extras.builds.length === 0 ? {} : { builds: extras.builds }),
    ...(extras.listing === undefined ? {} : { listing: extras.listing }),
    ...(extras.equalRecall === undefined ? {} : { equalRecall: extras.equalRecall }),
  };
}
