import type { Hono } from 'hono';
import { z } from 'zod';
import { chatRequest, echo } from '../echo-provider.ts';
import { jsonText, readBody } from '../http.ts';
import type { GatewayLimits } from '../limits.ts';
import { getObject, listObjects, objectKeyOf, putObject } from '../objects/object-routes.ts';
import type { ObjectStore } from '../objects/object-store.ts';

const OBJECTS = '/storage/objects/';

/** SQL, objects and chat of the Rust-shaped gateway. */
export function addRustServices(
  app: Hono,
  limits: GatewayLimits,
  answerSql: (sql: string) => Promise<string>,
  store: ObjectStore,
): void {
  const sqlRequest = z.object({ sql: z.string().max(limits.sqlLength) });
  app.post('/query', async (c) => {
    const { sql } = await readBody(c, sqlRequest);
    return jsonText(await answerSql(sql));
  });

  app.get('/storage/objects', (c) => {
    const { objects, lastKey } = listObjects(c, store, c.req.query('after') ?? null);
    return c.json({
      objects: objects.map(({ key, sizeBytes }) => ({ key, size: sizeBytes })),
      next: lastKey,
    });
  });
  app.put(`${OBJECTS}*`, async (c) => {
    const key = objectKeyOf(c, OBJECTS);
    const size = await putObject(c, store, key);
    return c.json({ key, size }, 201);
  });
  app.get(`${OBJECTS}*`, (c) => getObject(c, store, objectKeyOf(c, OBJECTS)));
  app.delete(`${OBJECTS}*`, async (c) => {
    await store.delete(objectKeyOf(c, OBJECTS));
    return c.body(null, 204);
  });

  const chatBody = chatRequest(limits);
  app.post('/v1/chat', async (c) => {
    const { provider, model, content, inputTokens, outputTokens } = echo(
      await readBody(c, chatBody),
    );
    return c.json({
      object: 'chat.completion',
      provider,
      model,
      choices: [{ index: 0, message: { role: 'assistant', content }, finish_reason: 'stop' }],
      usage: {
        prompt_tokens: inputTokens,
        completion_tokens: outputTokens,
        total_tokens: inputTokens + outputTokens,
      },
    });
  });
}
