import { z } from 'zod';
import type { SeenExchange } from '../../wire/http/seen-exchange.ts';
import { targetOf } from './access-line.ts';
import { durationOf, timeOf } from './times.ts';

const entrySchema = z.object({
  startedDateTime: z.string().optional(),
  time: z.number().nullish(),
  request: z.object({
    method: z.string(),
    url: z.string(),
    postData: z.object({ text: z.string().optional() }).nullish(),
  }),
  response: z
    .object({
      status: z.number(),
      content: z
        .object({
          text: z.string().optional(),
          mimeType: z.string().optional(),
          encoding: z.string().optional(),
        })
        .nullish(),
    })
    .nullish(),
});
const harSchema = z.object({ log: z.object({ entries: z.array(z.unknown()) }) });

/**
 * The exchanges of an HTTP archive (HAR 1.2), null for an entry that is none; headers are not read. Null where the
 * value is no archive.
 */
export function harExchanges(value: unknown): (SeenExchange | null)[] | null {
  const har = harSchema.safeParse(value);
  return har.success ? har.data.log.entries.map(exchangeOf) : null;
}

function exchangeOf(value: unknown): SeenExchange | null {
  const entry = entrySchema.safeParse(value);
  if (!entry.success) return null;
  const { startedDateTime, time, request, response } = entry.data;
  const path = targetOf(request.url);
  if (path === null) return null;
  const { text, mimeType, encoding } = response?.content ?? {};
  const hasReply = response != null && response.status > 0 && text !== undefined;
  return {
    atMs: timeOf(startedDateTime),
    method: request.method.toUpperCase(),
    path,
    requestBody: Buffer.from(request.postData?.text ?? ''),
    reply: hasReply
      ? {
          status: response.status,
          contentType: mimeType ?? 'application/json',
          bytes: Buffer.from(text, encoding === 'base64' ? 'base64' : 'utf8'),
        }
      : null,
    latencyMs: durationOf(time ?? null),
  };
}
