import type { Dialect } from '../../wire/dialect.ts';
import { connectBackend } from '../../wire/http/connect-backend.ts';
import { goLakehouse } from '../../wire/lakehouse/go-lakehouse.ts';
import { embedSearchTexts, observeSearch, type SearchTexts } from '../observe/search.ts';
import type { ProbeSession, ProbeTask } from './session.ts';

/**
 * The search probe, once for each path that the candidate searches on: the Go gateway has two, every
 * other dialect the one it names.
 */
export function searchTasks(session: ProbeSession): ProbeTask[] {
  const { dialect } = session.config.candidate;
  const { config, corpus, backends, signal } = session;
  let texts: Promise<SearchTexts> | null = null;
  // Both paths are judged by one truth: the texts are embedded once.
  const embedded = (): Promise<SearchTexts> => {
    texts ??= embedSearchTexts(backends.incumbent, {
      corpus,
      model: config.model,
      maxNeeds: config.quality.maxNeeds,
      signal,
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
  { config, backends, signal }: ProbeSession,
): ProbeTask {
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
            signal,
          },
        );
      } finally {
        await candidate.close();
      }
    },
  };
}
