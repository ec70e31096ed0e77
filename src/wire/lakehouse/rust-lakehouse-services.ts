import { z } from 'zod';
import type { Route, StorageRoutes } from '../dialect.ts';
import { onlyReply, parseReply } from '../json/json-reply.ts';
import { keyPath, queryText, rangeHeader } from '../json/object-key.ts';
import type { ChatRequest, ChatResponse, SqlRequest, SqlResponse } from '../operations.ts';
import { rowOfObject } from './sql-values.ts';

const count = z.int().nonnegative();
const sqlBody = z.object({
  columns: z.array(z.object({ name: z.string(), type: z.string().nullish() })),
  rows: z.array(z.record(z.string(), z.unknown())),
});
const listBody = z.object({
  objects: z.array(z.object({ key: z.string(), size: count.nullish() })),
  next: z.string().nullish(),
});
const chatBody = z.object({
  model: z.string().nullish(),
  provider: z.string().nullish(),
  choices: z.tuple([z.object({ message: z.object({ content: z.string() }) })], z.unknown()),
  usage: z.object({ prompt_tokens: count, completion_tokens: count }).nullish(),
});

const OBJECTS = '/storage/objects';

/**
 * SQL of the Rust gateway. Documented: the path. Assumed: `{sql}` → `{columns: [{name, type}],
 * rows: [{…}], row_count}`, types in PostgreSQL's words, decimals as strings.
 */
export const rustSql: Route<SqlRequest, SqlResponse> = {
  path: '/query',
  encode: ({ statement }) => [{ method: 'POST', path: '/query', json: { sql: statement } }],
  decode: (replies) => {
    const body = parseReply(sqlBody, onlyReply(replies));
    const columns = body.columns.map(({ name, type }) => ({ name, type: type ?? null }));
    return {
      columns,
      rows: body.rows.map((row, index) => rowOfObject(row, columns, `rows[${index}]`)),
    };
  },
};

/**
 * Objects of the Rust gateway. Documented: the path prefix. Assumed: PUT, GET and DELETE of
 * `/storage/objects/{key}` with the bytes as body; `/storage/objects?prefix=&limit=&after=` →
 * `{objects: [{key, size}], next}`, where `next` is what `after` takes; the usual range header.
 */
export const rustStorage: StorageRoutes = {
  put: {
    path: `${OBJECTS}/{key}`,
    encode: ({ key, bytes }) => [{ method: 'PUT', path: `${OBJECTS}/${keyPath(key)}`, bytes }],
    decode: () => ({ sizeBytes: null }),
  },
  get: {
    path: `${OBJECTS}/{key}`,
    encode: ({ key, range }) => [
      { method: 'GET', path: `${OBJECTS}/${keyPath(key)}`, headers: rangeHeader(range) },
    ],
    decode: (replies) => {
      const { bytes, status } = onlyReply(replies);
      return { bytes, partial: status === 206 };
    },
  },
  list: {
    path: `${OBJECTS}?prefix=`,
    encode: ({ prefix, limit, cursor }) => [
      { method: 'GET', path: `${OBJECTS}${queryText({ prefix, limit, after: cursor })}` },
    ],
    decode: (replies) => {
      const { objects, next } = parseReply(listBody, onlyReply(replies));
      return {
        objects: objects.map(({ key, size }) => ({ key, sizeBytes: size ?? null })),
        cursor: next ?? null,
      };
    },
  },
  delete: {
    path: `${OBJECTS}/{key}`,
    encode: ({ key }) => [{ method: 'DELETE', path: `${OBJECTS}/${keyPath(key)}` }],
    decode: () => ({}),
  },
};

/**
 * Chat of the Rust gateway. Documented: the path and an OpenAI-like answer. Assumed: `{messages, model?,
 * provider?}` → `{model, provider?, choices: [{message}], usage: {prompt_tokens, completion_tokens}}`.
 */
export const rustChat: Route<ChatRequest, ChatResponse> = {
  path: '/v1/chat',
  encode: ({ messages, provider, model }) => [
    { method: 'POST', path: '/v1/chat', json: { messages, provider, model } },
  ],
  decode: (replies) => {
    const { choices, usage, model, provider } = parseReply(chatBody, onlyReply(replies));
    return {
      content: choices[0].message.content,
      provider: provider ?? null,
      model: model ?? null,
      inputTokens: usage?.prompt_tokens ?? null,
      outputTokens: usage?.completion_tokens ?? null,
    };
  },
};
