import type { Backend } from '../../wire/backend.ts';
import { embedSearchTexts, observeSearch, type SearchTexts } from '../observe/search.ts';
import type { ProbeSession, ProbeTask } from './session.ts';

/**
 * The search probe, once for each place in which the candidate answers searches: the Go gateway has two.
 */
export function searchTasks(session: ProbeSession): ProbeTask[] {
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
  const { candidate } = backends;
  const places = candidate.searches ?? [{ endpoint: 'search', backend: candidate }];
  return places.map((place) => searchTask(place.endpoint, place.backend, embedded, session));
}

function searchTask(
  endpoint: string,
  candidate: Backend,
  embedded: () => Promise<SearchTexts>,
  { config, backends, signal }: ProbeSession,
): ProbeTask {
  return {
    endpoint,
    observe: async () =>
      observeSearch(
        { incumbent: backends.incumbent, candidate },
        {
          embedded: await embedded(),
          k: config.k,
          model: config.model,
          concurrency: config.quality.concurrency,
          signal,
        },
      ),
  };
}
