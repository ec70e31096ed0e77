import { valueAt } from '../../wire/field-mapping.ts';
import type {
  CapturedPair,
  CapturedReplies,
  CapturedReply,
  ReplyPair,
  Scenario,
  SoundReplies,
} from '../record/raw-replies.ts';

/**
 * Groups responses by endpoint and scenario. A request that a side answers with another status when it is asked
 * again is left out and named; replies are of the scenario 5xx where one of the sides answered so.
 */
export function groupReplies(captured: readonly CapturedPair[]): CapturedReplies {
  const groups = new Map<string, { endpoint: string; scenario: Scenario; pairs: ReplyPair[] }>();
  const unsteady: { endpoint: string; asked: string }[] = [];
  for (const pair of captured) {
    const { endpoint, asked } = pair;
    if (!isSteady(pair)) {
      unsteady.push({ endpoint, asked });
      continue;
    }
    const scenario = scenarioOf(pair);
    const key = `${endpoint} ${scenario}`;
    const known = groups.get(key) ?? { endpoint, scenario, pairs: [] };
    known.pairs.push(pair);
    groups.set(key, known);
  }
  return { groups: [...groups.values()], unsteady, sound: soundReplies(captured) };
}

function soundReplies(captured: readonly CapturedPair[]): SoundReplies[] {
  const sound = captured.filter(({ intent }) => intent === 'success');
  return [...Map.groupBy(sound, ({ endpoint }) => endpoint)].map(([endpoint, pairs]) => {
    const of = (answered: (pair: CapturedPair) => boolean) => pairs.filter(answered).length;
    const byIncumbent = (pair: CapturedPair) =>
      isAnswer(pair.incumbent) && isAnswer(pair.incumbentAgain);
    const byCandidate = (pair: CapturedPair) =>
      isAnswer(pair.candidate) && isAnswer(pair.candidateAgain);
    const byBoth = (pair: CapturedPair) => byIncumbent(pair) && byCandidate(pair);
    return {
      endpoint,
      asked: pairs.length,
      incumbent: of(byIncumbent),
      candidate: of(byCandidate),
      both: of(byBoth),
      withoutRows: of((pair) => byBoth(pair) && isSilent(pair)),
    };
  });
}

/** Whether no reply of a pair has a row, by what the sides' own dialects read. */
function isSilent(pair: CapturedPair): boolean {
  const { incumbent, incumbentAgain, candidate, candidateAgain } = pair;
  return [incumbent, incumbentAgain, candidate, candidateAgain].every(({ reading }) => {
    const hits = reading.outcome === 'read' ? valueAt(reading.value, 'hits') : null;
    return Array.isArray(hits) && hits.length === 0;
  });
}

/** Whether a reply answers its request: 2xx. */
export function isAnswer({ status }: CapturedReply): boolean {
  return status >= 200 && status < 300;
}

function isSteady({ incumbent, incumbentAgain, candidate, candidateAgain }: ReplyPair): boolean {
  return incumbent.status === incumbentAgain.status && candidate.status === candidateAgain.status;
}

function scenarioOf({ intent, incumbent, candidate }: CapturedPair): Scenario {
  return Math.max(incumbent.status, candidate.status) >= 500 ? '5xx' : intent;
}
