import type { Hono } from 'hono';
import { z } from 'zod';
import { chatRequest, echo } from '../echo-provider.ts';
import { jsonText, RefusedRequest, readBody } from '../http.ts';
import type { GatewayLimits } from '../limits.ts';
import { getObject, listObjects, objectKeyOf, putObject } from '../objects/object-routes.ts';
import type { ObjectStore } from '../objects/object-store.ts';

const STORAGE = '/v1/storage';

/** SQL, objects and chat of the Go-shaped gateway. */
export function addGoServices(
  app: Hono,
  limits: GatewayLimits,
  answerSql: (sql: string) => Promise<string>,
  store: ObjectStore,
): void {
  const sqlRequest = z.object({ sql: z.string().max(limits.sqlLength) });
  app.post('/v1/sql', async (c) => {
    const { sql } = await readBody(c, sqlRequest);
    return jsonText(await answerSql(sql));
  });

  app.put(`${STORAGE}/put/*`, async (c) => {
    const key = objectKeyOf(c, `${STORAGE}/put/`);
    const sizeBytes = await putObject(c, store, key);
    return c.json({ key, size_bytes: sizeBytes });
  });
  app.get(`${STORAGE}/get/*`, (c) => getObject(c, store, objectKeyOf(c, `${STORAGE}/get/`)));
  app.delete(`${STORAGE}/delete/*`, async (c) => {
    const key = objectKeyOf(c, `${STORAGE}/delete/`);
    await store.delete(key);
    return c.json({ key, deleted: true });
  });
  app.get(`${STORAGE}/list`, (c) => {
    const { objects, lastKey } = listObjects(c, store, decodedCursor(c.req.query('cursor')));
    return c.json({
      objects: objects.map(({ key, sizeBytes }) => ({ key, size_bytes: sizeBytes })),
      next_cursor: lastKey === null ? null : Buffer.from(lastKey).toString('base64url'),
    });
  });

  const chatBody = chatRequest(limits);
  app.post('/v1/chat', async (c) => {
    const startedMs = performance.now();
    const { provider, model, content, inputTokens, outputTokens } = echo(
      await readBody(c, chatBody),
    );
    return c.json({
      provider,
      model,
      content,
      usage: { input_tokens: inputTokens, output_tokens: outputTokens },
      latency_ms: performance.now() - startedMs,
    });
  });
}

function decodedCursor(cursor: string | undefined): string | null {
  if (cursor === undefined) return null;
  if (!/^[\w-]+$/.test(cursor)) throw new RefusedRequest(400, 'cursor: not one of this gateway');
  return Buffer.from(cursor, 'base64url').toString('utf8');
}
