import type { ReceivedRequest } from '../dialect.ts';

/** Whether a request is a POST to a path; its query string is not looked at. */
export function isPost({ method, path }: ReceivedRequest, wanted: string): boolean {
  return method === 'POST' && pathOnly(path) === wanted;
}

/** A target without its query string. */
export function pathOnly(target: string): string {
  const query = target.indexOf('?');
  return query === -1 ? target : target.slice(0, query);
}
