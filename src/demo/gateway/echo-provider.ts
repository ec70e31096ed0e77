import { z } from 'zod';
import { RefusedRequest } from './http.ts';
import type { GatewayLimits } from './limits.ts';

const PROVIDER = 'echo';
const MODEL = 'echo-1';

/** Schema of the chat body that both gateways accept. */
export function chatRequest(limits: GatewayLimits) {
  return z.object({
    messages: z
      .array(
        z.object({
          role: z.enum(['system', 'user', 'assistant']),
          content: z.string().max(limits.textLength),
        }),
      )
      .min(1)
      .max(256),
    provider: z.string().max(256).optional(),
    model: z.string().max(256).optional(),
    stream: z.literal(false).optional(),
  });
}

/** An answer of the echo provider, before it takes a gateway's wire form. */
export interface Echo {
  readonly provider: string;
  readonly model: string;
  readonly content: string;
  readonly inputTokens: number;
  readonly outputTokens: number;
}

/**
 * Answers with the last message of the user; a token is a run of letters and digits or one other sign.
 * @throws RefusedRequest for another provider or model, and where no message is the user's.
 */
export function echo(request: z.output<ReturnType<typeof chatRequest>>): Echo {
  const { messages, provider = PROVIDER, model = MODEL } = request;
  if (provider !== PROVIDER) {
    throw new RefusedRequest(404, `unknown provider ${JSON.stringify(provider.slice(0, 80))}`);
  }
  if (model !== MODEL) {
    throw new RefusedRequest(404, `unknown model ${JSON.stringify(model.slice(0, 80))}`);
  }
  const content = messages.findLast(({ role }) => role === 'user')?.content;
  if (content === undefined) throw new RefusedRequest(400, 'messages: none is of the user');
  return {
    provider,
    model,
    content,
    inputTokens: messages.reduce((sum, message) => sum + tokenCount(message.content), 0),
    outputTokens: tokenCount(content),
  };
}

function tokenCount(text: string): number {
  return text.match(/[\p{L}\p{N}\p{M}]+|[^\s\p{L}\p{N}\p{M}]/gu)?.length ?? 0;
}
