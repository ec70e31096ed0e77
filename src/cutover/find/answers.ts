import type { Side } from '../../record/types.ts';
import type { CutoverAnswer, CutoverExchange, CutoverStage } from '../record/observations.ts';
import { type Claim, type CutoverCheck, claimed } from './check.ts';

/** What differs between two answers, in a word or two; null where they are the same bytes. */
export function answerDifference(a: CutoverAnswer, b: CutoverAnswer): string | null {
  if (a.failure !== null || b.failure !== null) {
    // Two requests that both failed are no two answers that agree.
    return `no answer (${a.failure ?? b.failure})`;
  }
  if (a.status !== b.status) return `status ${a.status} → ${b.status}`;
  if (a.bodySha256 !== b.bodySha256) return `body (${a.sizeBytes} → ${b.sizeBytes} bytes)`;
  if (a.headers !== b.headers) return `headers (${changedLines(a.headers, b.headers)})`;
  return null;
}

/** No answer, or one that says that the server failed. */
function isFailure({ failure, status }: CutoverAnswer): boolean {
  return failure !== null || (status ?? 0) >= 500;
}

function changedLines(a: string, b: string): string {
  const before = new Set(a.split('\n'));
  const after = new Set(b.split('\n'));
  const gone = [...before].filter((line) => !after.has(line)).map((line) => `−${line}`);
  const come = [...after].filter((line) => !before.has(line)).map((line) => `+${line}`);
  return [...gone, ...come].slice(0, 4).join(', ');
}

/** Answers of one side by route and stage. */
export function byRoute(
  exchanges: readonly CutoverExchange[],
  side: Side,
): Map<string, Map<CutoverStage, CutoverAnswer>> {
  const routes = new Map<string, Map<CutoverStage, CutoverAnswer>>();
  for (const exchange of exchanges) {
    if (exchange.side !== side) continue;
    const stages = routes.get(exchange.route) ?? new Map<CutoverStage, CutoverAnswer>();
    stages.set(exchange.stage, exchange.answer);
    routes.set(exchange.route, stages);
  }
  return routes;
}

/**
 * Compares every answer of some stages with that of a reference stage, byte by byte. A route whose
 * answers differ between two direct requests cannot be compared and is named in the sentence; one that has
 * no answer when it is asked directly (none, or 5xx) keeps the claim open: failures that are alike prove nothing.
 */
export function sameAs(
  claim: Claim,
  routes: ReadonlyMap<string, ReadonlyMap<CutoverStage, CutoverAnswer>>,
  reference: CutoverStage,
  stages: readonly CutoverStage[],
): CutoverCheck {
  let n = 0;
  const examples: string[] = [];
  const volatile: string[] = [];
  const unanswered: string[] = [];
  for (const [route, answers] of routes) {
    const before = answers.get(reference);
    if (before === undefined) continue;
    const direct = answers.get('direct');
    const again = answers.get('direct again');
    if (isFailure(direct ?? before)) {
      unanswered.push(route);
      continue;
    }
    if (direct !== undefined && again !== undefined && answerDifference(direct, again) !== null) {
      volatile.push(route);
      continue;
    }
    for (const stage of stages) {
      const after = answers.get(stage);
      if (after === undefined) continue;
      n += 1;
      const changed = answerDifference(before, after);
      if (changed !== null) examples.push(`${route} (${stage}): ${changed}`);
    }
  }
  const left =
    volatile.length === 0 ? '' : `; not comparable, different twice over: ${volatile.join(', ')}`;
  const check = claimed(claim, n, examples, {
    held: `all answers are byte-equal to those of stage "${reference}"${left}`,
    broken: `${examples.length} of ${n} answers differ from those of stage "${reference}"${left}`,
    nothing: `no answers of stage "${reference}" to compare with${left}`,
  });
  if (unanswered.length === 0) return check;
  const detail = `${check.detail}; no answer when asked directly: ${unanswered.join(', ')}`;
  return { ...check, state: check.state === 'fail' ? 'fail' : 'inconclusive', detail };
}
