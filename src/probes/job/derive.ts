import type { GatesConfig } from '../../config/schema.ts';
import { marginFor } from '../../gate/margins.ts';
import type { Section } from '../../report/model.ts';
import { computeTruth } from '../../truth/corpus/compute-truth.ts';
import { chatFindings } from '../find/chat.ts';
import { embedFindings } from '../find/embed.ts';
import type { ProbeFindings } from '../find/findings.ts';
import { searchFindings } from '../find/search.ts';
import { sqlFindings } from '../find/sql.ts';
import { storageFindings } from '../find/storage.ts';
import type { ProbeRecord } from '../record/probe-record.ts';
import type { SearchRecord } from '../record/search.ts';
import { embedSections } from '../report/embed.ts';

/** What follows from a record: the findings, and what the report shows beside the checks. */
export interface DerivedProbe {
  readonly findings: ProbeFindings;
  readonly sections: readonly Section[];
}

/** Derives the findings of a probe from its record alone; the same record gives the same findings. */
export async function deriveProbe(
  record: ProbeRecord,
  gates: GatesConfig,
  signal?: AbortSignal,
): Promise<DerivedProbe> {
  switch (record.probe) {
    case 'embed': {
      const findings = embedFindings(record);
      return { findings, sections: embedSections(findings) };
    }
    case 'search':
      return { findings: await findInSearch(record, gates, signal), sections: [] };
    case 'sql':
      return { findings: sqlFindings(record), sections: [] };
    case 'storage':
      return { findings: storageFindings(record), sections: [] };
    case 'chat':
      return { findings: chatFindings(record), sections: [] };
  }
}

/** What was asked, where that is not the corpus: another question is other evidence. */
export function askedOf(record: ProbeRecord): unknown {
  switch (record.probe) {
    case 'embed': {
      const { texts, edges, distance, askedModel } = record;
      return { texts, edges, distance, askedModel };
    }
    case 'search':
      return undefined;
    case 'sql':
      return record.statements;
    case 'storage':
      return record.steps;
    case 'chat':
      return record.cases;
  }
}

async function findInSearch(
  record: SearchRecord,
  gates: GatesConfig,
  signal: AbortSignal | undefined,
): Promise<ProbeFindings> {
  const { collection, queries, documents, queryVectors, k } = record;
  const truth = await computeTruth({
    corpus: {
      collections: [{ name: collection, documents: [] }],
      ...(record.metric === undefined ? {} : { metric: record.metric }),
    },
    queries: queries.map(({ id, excluded }) => ({
      id,
      collections: [collection],
      ...(excluded === undefined ? {} : { excluded }),
    })),
    documents,
    vectors: queryVectors,
    k,
    signal,
  });
  return searchFindings(record, truth, (metric) =>
    marginFor(gates, metric, { cell: 'search', slice: null, k }),
  );
}
