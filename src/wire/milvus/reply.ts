import { z } from 'zod';
import { RejectedReplyError, type WireReply, type WireRequest } from '../dialect.ts';
import { inShape, parseReply } from '../json/json-reply.ts';

const body = z.object({
  code: z.int(),
  message: z.string().nullish(),
  data: z.unknown().optional(),
});

/**
 * The data of a reply.
 * @throws RejectedReplyError where a code other than 0 says that the request failed, in spite of status 200
 */
export function milvusData<Schema extends z.ZodType>(
  schema: Schema,
  reply: WireReply,
): z.output<Schema> {
  const { code, message, data } = parseReply(body, reply);
  if (code !== 0) throw new RejectedReplyError(`code ${code}: ${message ?? ''}`);
  return inShape(schema, data);
}

/** The code of a reply. */
export function milvusCode(reply: WireReply): number {
  return parseReply(body, reply).code;
}

/** A request of REST v2. */
export function post(path: string, json: object): WireRequest {
  return { method: 'POST', path: `/v2/vectordb/${path}`, json };
}
