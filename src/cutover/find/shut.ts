import type { CutoverAnswer, CutoverObservations, CutoverStage } from '../record/observations.ts';
import { byRoute } from './answers.ts';
import { type CutoverCheck, claimed } from './check.ts';

/** While the cutover is shut every candidate request is a 503 that says how it is opened and what is known. */
export function shutCheck(
  observations: CutoverObservations,
  stage: Extract<CutoverStage, 'shut' | 'shut again'>,
): CutoverCheck {
  const { exchanges, setting, frontend } = observations;
  const examples: string[] = [];
  let n = 0;
  for (const [route, stages] of byRoute(exchanges, 'candidate')) {
    const answer = stages.get(stage);
    if (answer === undefined) continue;
    n += 1;
    const missing = missingIn(answer, setting, frontend === 'embedded');
    // The answer to a HEAD has no body to say it in.
    const isHead = route.startsWith('HEAD ');
    if (missing !== null && !(isHead && answer.status === 503)) {
      examples.push(`${route}: ${missing}`);
    }
  }
  return claimed({ property: 'reversible', name: `${stage}: rationale` }, n, examples, {
    held: `every /_go/* request is 503 with JSON that names ${setting}`,
    broken: `${examples.length} of ${n} /_go/* requests are no 503 with a rationale`,
    nothing:
      stage === 'shut'
        ? `the cutover was never seen shut; unset ${setting} and run again`
        : `the cutover was not shut again; unset ${setting} and run again`,
  });
}

/** What is wrong with the answer of a shut cutover; null where nothing is. */
function missingIn(answer: CutoverAnswer, setting: string, wantsVerdict: boolean): string | null {
  if (answer.status !== 503) return `status ${answer.status ?? answer.failure}`;
  const { json } = answer;
  if (typeof json !== 'object' || json === null || Array.isArray(json)) return 'no JSON object';
  if (!JSON.stringify(json).includes(setting)) return `${setting} is not named`;
  if (wantsVerdict && !('verdict' in json)) return "the endpoint's verdict is left out";
  return null;
}

/** With the cutover open no request is answered as though it were shut. */
export function opensCheck(observations: CutoverObservations): CutoverCheck {
  const examples: string[] = [];
  let n = 0;
  for (const [route, stages] of byRoute(observations.exchanges, 'candidate')) {
    const answer = stages.get('open');
    if (answer === undefined) continue;
    n += 1;
    if (answer.status === null || answer.frontendError !== null) {
      examples.push(`${route}: ${answer.frontendError ?? answer.failure}`);
    }
  }
  return claimed({ property: 'reversible', name: 'open: the candidate answers' }, n, examples, {
    held: 'every /_go/* request reaches the candidate',
    broken: `${examples.length} of ${n} /_go/* requests do not reach the candidate`,
    nothing: `the cutover was never seen open; set ${observations.setting} and run again`,
  });
}
