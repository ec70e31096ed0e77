import type { ChatResponse } from '../../wire/operations.ts';
import type { AnswerPair, ProbeAnswer } from '../record/answer.ts';
import type { ChatCase, ChatRecord } from '../record/services.ts';
import { type AnswerComparison, compareEnds, compareRefusals, ended } from './compare-answers.ts';
import { type ProbeFindings, tallyOf } from './findings.ts';

/** Compares shape, token counts and errors of every conversation, and the text where it is deterministic. */
export function chatFindings(record: ChatRecord): ProbeFindings {
  const checks = record.cases.flatMap((each, at) => {
    const pair = record.answers[at];
    if (pair === undefined) return [];
    return [
      {
        group: each.refused ? 'error' : 'conversation',
        name: each.name,
        ...compareCase(each, pair),
        incumbent: shown(pair.incumbent),
        candidate: shown(pair.candidate),
      },
    ];
  });
  const isTextCompared = record.cases.some(({ deterministic }) => deterministic);
  return {
    probe: 'chat',
    incumbentPath: record.incumbentPath,
    candidatePath: record.candidatePath,
    ...tallyOf(checks),
    remark: 'conversations',
    checks,
    quality: [],
    notVerified: [
      'streaming',
      ...(isTextCompared ? [] : ['the text itself: the provider is not deterministic']),
      'providers that were not asked for',
    ],
  };
}

function compareCase(each: ChatCase, pair: AnswerPair<ChatResponse>): AnswerComparison {
  if (each.refused) return compareRefusals(pair);
  const ends = compareEnds(pair);
  if (ends !== null) {
    return ends.state === 'same' || ends.state === 'drift'
      ? { ...ends, state: 'unanswered' }
      : ends;
  }
  const a = pair.incumbent.value;
  const b = pair.candidate.value;
  if (a === null || b === null) return { state: 'unanswered', note: '' };
  const differences: string[] = [];
  const drifts: string[] = [];
  if (each.deterministic && a.content !== b.content) differences.push('another text');
  if ((a.content === '') !== (b.content === '')) differences.push('only one side says something');
  for (const [name, left, right] of [
    ['input tokens', a.inputTokens, b.inputTokens],
    ['output tokens', a.outputTokens, b.outputTokens],
  ] as const) {
    if (left === right) continue;
    if (right === null) differences.push(`no ${name} from the candidate`);
    else if (left === null) drifts.push(`${name} from the candidate alone`);
    // Without a deterministic provider the answers, and so their lengths, are not the same.
    else if (name === 'input tokens' || each.deterministic) {
      differences.push(`${left} and ${right} ${name}`);
    }
  }
  for (const name of ['provider', 'model'] as const) {
    if (a[name] === b[name]) continue;
    if (b[name] === null) differences.push(`no ${name} from the candidate`);
    else drifts.push(`${name} ${a[name] ?? 'not said'} and ${b[name]}`);
  }
  if (differences.length > 0) return { state: 'different', note: differences.join('; ') };
  return drifts.length > 0
    ? { state: 'drift', note: drifts.join('; ') }
    : { state: 'same', note: '' };
}

function shown(answer: ProbeAnswer<ChatResponse>): string {
  const { value } = answer;
  if (value === null) return ended(answer);
  const { content, inputTokens, outputTokens, model } = value;
  return `${content.length} characters, ${inputTokens ?? '–'} + ${outputTokens ?? '–'} tokens, ${model ?? 'model not said'}`;
}
