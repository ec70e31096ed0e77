import type { CutoverAnswer, CutoverObservations, CutoverStage } from '../record/observations.ts';
import { byRoute, sameAs } from './answers.ts';
import { type CutoverCheck, claimed } from './check.ts';

/** The line of an answer's headers by which the frontend says that the candidate gave it. */
const FROM_CANDIDATE = 'x-frontend-route: candidate';

/** What must pass for a route to be confined to the share that it names. */
export const CONFINED_CHECKS = {
  moved: 'routed: the candidate answers its share',
  others: 'routed: every other path',
  keyless: 'routed: requests without a key',
  unproved: 'routed: while no verdict stands',
  killed: 'routed: while the candidate is killed',
} as const;

/**
 * A route moves its own path, and that only for requests with a key, while a verdict stands and the candidate answers;
 * whatever else is asked has the incumbent's answer to the byte.
 */
export function confinedChecks(observations: CutoverObservations): CutoverCheck[] {
  const { routedPath } = observations;
  if (routedPath === null) return [];
  const old = byRoute(observations.exchanges, 'incumbent');
  const isRouted = (route: string) => pathOf(route) === routedPath;
  const others = new Map([...old].filter(([route]) => !isRouted(route)));
  const held = (name: string, routes: typeof old, stage: CutoverStage): CutoverCheck =>
    sameAs({ property: 'confined', name }, routes, 'open', [stage]);
  return [
    movedCheck(new Map([...old].filter(([route]) => isRouted(route)))),
    held(CONFINED_CHECKS.others, others, 'routed'),
    held(CONFINED_CHECKS.keyless, old, 'routed, no key'),
    held(CONFINED_CHECKS.unproved, old, 'routed, no verdict'),
    held(CONFINED_CHECKS.killed, old, 'routed, candidate killed'),
  ];
}

/** Requests that the incumbent answers well are answered well by the candidate, which is said in a header. */
function movedCheck(
  routed: ReadonlyMap<string, ReadonlyMap<CutoverStage, CutoverAnswer>>,
): CutoverCheck {
  const examples: string[] = [];
  let n = 0;
  for (const [route, stages] of routed) {
    const [before, after] = [stages.get('open'), stages.get('routed')];
    if (before?.status !== 200 || after === undefined) continue;
    n += 1;
    if (after.status !== 200) examples.push(`${route}: status ${after.status ?? after.failure}`);
    else if (!after.headers.split('\n').includes(FROM_CANDIDATE)) {
      examples.push(`${route}: the incumbent answered`);
    }
  }
  return claimed({ property: 'confined', name: CONFINED_CHECKS.moved }, n, examples, {
    held: 'every request of the routed path that carries a key has an answer of the candidate',
    broken: `${examples.length} of ${n} requests of the routed path have no answer of the candidate`,
    nothing: 'no request of the routed path was answered by the incumbent before',
  });
}

/** The path in the name of a request, such as `POST /vectors/hybrid #2`. */
function pathOf(route: string): string {
  return route.split(' ')[1] ?? '';
}
