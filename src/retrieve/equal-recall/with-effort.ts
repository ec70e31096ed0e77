import type { Backend } from '../../wire/backend.ts';

/** A backend whose searches have an effort where the request names none; it says the same of itself as the one within. */
export function withEffort(backend: Backend, effort: number): Backend {
  const { search, retrieve } = backend;
  return {
    ...backend,
    ...(search === undefined
      ? {}
      : { search: (request, signal) => search({ effort, ...request }, signal) }),
    ...(retrieve === undefined
      ? {}
      : { retrieve: (request, signal) => retrieve({ effort, ...request }, signal) }),
  };
}
