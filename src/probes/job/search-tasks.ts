import { marginFor } from '../../gate/margins.ts';
import { computeTruth } from '../../truth/corpus/compute-truth.ts';
import type { Dialect } from '../../wire/dialect.ts';
import { connectBackend } from '../../wire/http/connect-backend.ts';
import { goLakehouse } from '../../wire/lakehouse/go-lakehouse.ts';
import type { ProbeFindings } from '../find/findings.ts';
import { searchFindings } from '../find/search.ts';
import { embedSearchTexts, observeSearch, type SearchTexts } from '../observe/search.ts';
import type { SearchRecord } from '../record/search.ts';
import type { ProbeSession, ProbeTask } from './session.ts';

/**
 * The search probe, once for each path that the candidate searches on: the Go gateway has two, every
 * other dialect the one it names.
 */
export function searchTasks(session: ProbeSession): ProbeTask<ProbeFindings>[] {
  const { dialect } = session.config.candidate;
  const { config, corpus, backends, io } = session;
  let texts: Promise<SearchTexts> | null = null;
  // Both paths are judged by one truth: the texts are embedded once.
  const embedded = (): Promise<SearchTexts> => {
    texts ??= embedSearchTexts(backends.incumbent, {
      corpus,
      model: config.model,
      maxNeeds: config.quality.maxNeeds,
      signal: io.signal,
    });
    return texts;
  };
  if (dialect.name !== 'go-lakehouse') return [searchTask('search', dialect, embedded, session)];
  return [
    searchTask(
      'vectors/search',
      goLakehouse({ searchPath: '/v1/vectors/search' }),
      embedded,
      session,
    ),
    searchTask(
      'matrix/search',
      goLakehouse({ searchPath: '/v1/matrix/search' }),
      embedded,
      session,
    ),
  ];
}

function searchTask(
  endpoint: string,
  dialect: Dialect,
  embedded: () => Promise<SearchTexts>,
  { config, corpus, backends, io }: ProbeSession,
): ProbeTask<ProbeFindings> {
  return {
    endpoint,
    observe: async () => {
      const candidate = connectBackend({
        url: backends.candidate.url,
        dialect,
        headers: config.candidate.headers,
        timeouts: config.timeouts,
      });
      try {
        return await observeSearch(
          { incumbent: backends.incumbent, candidate },
          {
            embedded: await embedded(),
            k: config.k,
            model: config.model,
            concurrency: config.quality.concurrency,
            signal: io.signal,
          },
        );
      } finally {
        await candidate.close();
      }
    },
    findings: async (record: SearchRecord) => {
      const collections = corpus.collections.slice(0, 1);
      const names = collections.map(({ name }) => name);
      const asked = record.queries.map(({ id }) => ({ id, collections: names }));
      const truth = await computeTruth(
        { collections },
        asked,
        record.documents,
        record.queryVectors,
        record.k,
        io.signal,
      );
      return searchFindings(record, truth, (metric) =>
        marginFor(config.gates, metric, { cell: 'search', slice: null, k: config.k }),
      );
    },
  };
}
