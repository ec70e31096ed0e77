import type { Pair } from '../../observe/ask.ts';
import { call, pathOf } from '../../wire/call.ts';
import type { ChatResponse } from '../../wire/operations.ts';
import type { AnswerPair } from '../record/answer.ts';
import type { ChatCase, ChatRecord } from '../record/services.ts';
import { askBoth } from './answered.ts';

/** What the chat probe asks. */
export interface ChatProbeOptions {
  readonly provider: string;
  /** Null leaves it to the provider. */
  readonly model: string | null;
  /** Whether the provider answers the same words with the same text. */
  readonly deterministic: boolean;
  readonly signal: AbortSignal;
}

/** Holds the same short conversations with both sides; streaming is left out. */
export async function observeChat(pair: Pair, options: ChatProbeOptions): Promise<ChatRecord> {
  const cases = chatCases(options);
  const answers: AnswerPair<ChatResponse>[] = [];
  for (const { request } of cases) {
    options.signal.throwIfAborted();
    answers.push(
      await askBoth(
        pair,
        (backend) => call(backend, 'chat', request, options.signal),
        (value) => value,
      ),
    );
  }
  return {
    probe: 'chat',
    incumbentPath: pathOf(pair.incumbent, 'chat'),
    candidatePath: pathOf(pair.candidate, 'chat'),
    cases,
    answers,
  };
}

function chatCases({ provider, model, deterministic }: ChatProbeOptions): ChatCase[] {
  const chosen = {
    provider,
    ...(model === null ? {} : { model }),
  };
  const user = (content: string) => ({ role: 'user' as const, content });
  const answeredCase = (name: string, messages: ChatCase['request']['messages']): ChatCase => ({
    name,
    request: { messages, ...chosen },
    deterministic,
    refused: false,
  });
  const refusedCase = (name: string, request: ChatCase['request']): ChatCase => ({
    name,
    request,
    deterministic: false,
    refused: true,
  });
  return [
    answeredCase('one word', [user('ready')]),
    answeredCase('a sentence', [user('Which workers in Springfield, IL, operate forklifts?')]),
    answeredCase('system and user', [
      { role: 'system', content: 'Answer in one word.' },
      user('Is the night shift full?'),
    ]),
    answeredCase('several turns', [
      user('Name a shift.'),
      { role: 'assistant', content: 'night' },
      user('And another one.'),
    ]),
    answeredCase('Unicode and line breaks', [user('Größe: 3 × 4\n日本語 🚚 שלום')]),
    answeredCase('a long message', [user('a worker '.repeat(500))]),
    refusedCase('no messages', { messages: [], ...chosen }),
    refusedCase('unknown provider', {
      messages: [user('ready')],
      provider: 'parity-probe-no-such-provider',
    }),
    refusedCase('unknown model', {
      messages: [user('ready')],
      ...chosen,
      model: 'parity-probe-no-such-model',
    }),
  ];
}
