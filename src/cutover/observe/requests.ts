import { type CutoverRequest, post } from './ask.ts';

const QUESTION = 'Forklift Operator in Springfield, IL';
const TEXTS = [QUESTION, 'caf\u00e9 \u{1f69c} \u05e9\u05dc\u05d5\u05dd'];

/**
 * Requests to routes of the incumbent: answers, errors of every kind, and paths it does not have. Those
 * whose routes do not exist are compared all the same: their errors must not change either.
 */
export function incumbentRequests(index: string): CutoverRequest[] {
  return [
    { method: 'GET', path: '/health' },
    { method: 'HEAD', path: '/health' },
    post('/ai/embed', { texts: TEXTS }),
    post('/vectors/search', { index_name: index, query: QUESTION, top_k: 10 }),
    post('/vectors/search', { index_name: 'no such index', query: QUESTION, top_k: 10 }),
    post('/vectors/hybrid', { question: QUESTION, index_name: index, top_k: 10, generate: false }),
    { ...post('/ai/embed', null), body: '{"texts":' },
    { ...post('/ai/embed', { texts: TEXTS }), headers: { 'content-type': 'text/plain' } },
    { method: 'GET', path: '/no/such/route?x=1&x=%2B%20' },
    { method: 'OPTIONS', path: '/ai/embed' },
    post('/query', { sql: 'SELECT 1 AS one' }),
    post('/query', { sql: 'SELECT FROM WHERE' }),
    { method: 'GET', path: '/storage/objects?prefix=cutover-probe%2F' },
    { method: 'GET', path: '/storage/objects/cutover-probe/no%20such%20key' },
  ];
}

/** Requests to routes of the candidate, of the same kinds. */
export function candidateRequests(index: string): CutoverRequest[] {
  return [
    { method: 'GET', path: '/health' },
    { method: 'HEAD', path: '/health' },
    post('/v1/embed', { texts: TEXTS }),
    post('/v1/vectors/search', { index, text: QUESTION, k: 10 }),
    post('/v1/vectors/search', { index: 'no such index', text: QUESTION, k: 10 }),
    post('/v1/matrix/retrieve', { query_text: QUESTION, corpora: [index], k: 10 }),
    { ...post('/v1/embed', null), body: '{"texts":' },
    { method: 'GET', path: '/no/such/route?x=1&x=%2B%20' },
    post('/v1/sql', { sql: 'SELECT 1 AS one' }),
    { method: 'GET', path: '/v1/storage/get/cutover-probe/no%20such%20key' },
  ];
}

/** The request that keeps the candidate busy. */
export const LOAD_REQUEST: CutoverRequest = post('/v1/embed', { texts: ['forklift'] });

/** The request whose latency is watched: the lightest real work of the incumbent. */
export const WATCHED_REQUEST: CutoverRequest = post('/ai/embed', { texts: ['forklift'] });

/** Names a request of a list, apart from others of the same route. */
export function routeNames(requests: readonly CutoverRequest[]): string[] {
  const seen = new Map<string, number>();
  return requests.map(({ method, path }) => {
    const name = `${method} ${path}`;
    const count = (seen.get(name) ?? 0) + 1;
    seen.set(name, count);
    return count === 1 ? name : `${name} #${count}`;
  });
}
