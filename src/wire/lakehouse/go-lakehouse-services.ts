import { z } from 'zod';
import type { Route, StorageRoutes } from '../dialect.ts';
import { onlyReply, parseReply } from '../json/json-reply.ts';
import { keyPath, queryText, rangeHeader } from '../json/object-key.ts';
import type { ChatRequest, ChatResponse, SqlRequest, SqlResponse } from '../operations.ts';
import { rowOfList } from './sql-values.ts';

const count = z.int().nonnegative();
const column = z.union([
  z.string().transform((name) => ({ name, type: null })),
  z.object({ name: z.string(), type: z.string().nullish() }),
]);
const sqlBody = z.object({ columns: z.array(column), rows: z.array(z.array(z.unknown())) });
const putBody = z.object({ size_bytes: count.nullish() });
const listBody = z.object({
  objects: z.array(z.object({ key: z.string(), size_bytes: count.nullish() })),
  next_cursor: z.string().nullish(),
});
const chatBody = z.object({
  provider: z.string().nullish(),
  model: z.string().nullish(),
  content: z.string(),
  usage: z.object({ input_tokens: count, output_tokens: count }).nullish(),
});

const STORAGE = '/v1/storage';

/**
 * SQL of the Go gateway. Documented: the path. Assumed: `{sql}` → `{columns, rows: [[…]], row_count}`,
 * where a column is its name or `{name, type}`.
 */
export const goSql: Route<SqlRequest, SqlResponse> = {
  path: '/v1/sql',
  encode: ({ statement }) => [{ method: 'POST', path: '/v1/sql', json: { sql: statement } }],
  decode: (replies) => {
    const body = parseReply(sqlBody, onlyReply(replies));
    const columns = body.columns.map(({ name, type }) => ({ name, type: type ?? null }));
    return {
      columns,
      rows: body.rows.map((row, index) => rowOfList(row, columns.length, `rows[${index}]`)),
    };
  },
};

/**
 * Objects of the Go gateway. Documented: the path prefixes. Assumed: PUT, GET and DELETE with the bytes
 * as body; `/v1/storage/list?prefix=&limit=&cursor=` → `{objects: [{key, size_bytes}], next_cursor}`;
 * the usual range header.
 */
export const goStorage: StorageRoutes = {
  put: {
    path: `${STORAGE}/put/{key}`,
    encode: ({ key, bytes }) => [{ method: 'PUT', path: `${STORAGE}/put/${keyPath(key)}`, bytes }],
    decode: (replies) => ({
      sizeBytes: parseReply(putBody, onlyReply(replies)).size_bytes ?? null,
    }),
  },
  get: {
    path: `${STORAGE}/get/{key}`,
    encode: ({ key, range }) => [
      { method: 'GET', path: `${STORAGE}/get/${keyPath(key)}`, headers: rangeHeader(range) },
    ],
    decode: (replies) => {
      const { bytes, status } = onlyReply(replies);
      return { bytes, partial: status === 206 };
    },
  },
  list: {
    path: `${STORAGE}/list?prefix=`,
    encode: ({ prefix, limit, cursor }) => [
      { method: 'GET', path: `${STORAGE}/list${queryText({ prefix, limit, cursor })}` },
    ],
    decode: (replies) => {
      const { objects, next_cursor: cursor } = parseReply(listBody, onlyReply(replies));
      return {
        objects: objects.map(({ key, size_bytes: size }) => ({ key, sizeBytes: size ?? null })),
        cursor: cursor ?? null,
      };
    },
  },
  delete: {
    path: `${STORAGE}/delete/{key}`,
    encode: ({ key }) => [{ method: 'DELETE', path: `${STORAGE}/delete/${keyPath(key)}` }],
    decode: () => ({}),
  },
};

/**
 * Chat of the Go gateway. Documented: the path and the answer `{provider, model, content, usage:
 * {input_tokens, output_tokens}, latency_ms}`. Assumed: the request `{messages, provider?, model?}`.
 */
export const goChat: Route<ChatRequest, ChatResponse> = {
  path: '/v1/chat',
  encode: ({ messages, provider, model }) => [
    { method: 'POST', path: '/v1/chat', json: { messages, provider, model } },
  ],
  decode: (replies) => {
    const { content, provider, model, usage } = parseReply(chatBody, onlyReply(replies));
    return {
      content,
      provider: provider ?? null,
      model: model ?? null,
      inputTokens: usage?.input_tokens ?? null,
      outputTokens: usage?.output_tokens ?? null,
    };
  },
};
