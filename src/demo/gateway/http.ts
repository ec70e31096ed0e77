import type { Context } from 'hono';
import { Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import type { z } from 'zod';
import { plainLine } from '../../plain-text.ts';
import { firstIssue } from '../../schema-error.ts';
import type { PlantedFaults } from './faults/apply.ts';
import type { GatewayLimits } from './limits.ts';

type RefusedStatus = 400 | 403 | 404 | 413 | 415 | 503;

/** A request that cannot be answered as it stands: becomes `{ error }` with the given status. */
export class RefusedRequest extends Error {
  override readonly name = 'RefusedRequest';
  readonly status: RefusedStatus;

  constructor(status: RefusedStatus, message: string) {
    super(message);
    this.status = status;
  }
}

/**
 * A Hono app with what both gateways share: body limit, JSON errors for refused requests, unknown
 * routes and unexpected failures (which say nothing of their cause to the client).
 */
export function createApp(limits: GatewayLimits): Hono {
  const app = new Hono();
  const json = sizeLimit(limits.bodySizeBytes);
  const object = sizeLimit(limits.objectSizeBytes);
  app.use(async (c, next) => {
    // Objects are what is put; everything else is JSON.
    const { maxSize, tooLong, counted } = c.req.method === 'PUT' ? object : json;
    const declared = c.req.header('content-length');
    // Counting a body of undeclared length means copying it; the declared length is enforced by
    // the HTTP parser and needs a look only.
    if (declared === undefined || c.req.header('transfer-encoding') !== undefined) {
      return counted(c, next);
    }
    if (Number(declared) > maxSize) throw new RefusedRequest(413, tooLong);
    return next();
  });
  app.notFound((c) => c.json({ error: `no route ${c.req.method} ${c.req.path}` }, 404));
  app.onError((error, c) => {
    if (error instanceof RefusedRequest) return c.json({ error: error.message }, error.status);
    process.stderr.write(`gateway: ${plainLine(error.stack ?? error.message)}\n`);
    return c.json({ error: 'internal error' }, 500);
  });
  return app;
}

function sizeLimit(maxSize: number) {
  const tooLong = `body is longer than ${maxSize} bytes`;
  const counted = bodyLimit({ maxSize, onError: (c) => c.json({ error: tooLong }, 413) });
  return { maxSize, tooLong, counted };
}

/** Puts the planted faults around every route but `/health`. */
export function withFaults(
  app: Hono,
  planted: PlantedFaults,
): (request: Request) => Promise<Response> {
  const { around } = planted;
  if (around === null) return async (request) => app.fetch(request);
  return async (request) => {
    if (new URL(request.url).pathname === '/health') return app.fetch(request);
    return around(request, async () => app.fetch(request));
  };
}

/**
 * The body of a request as a schema demands it.
 * @throws RefusedRequest where it is no JSON or not of that form; the message names the field.
 */
export async function readBody<Schema extends z.ZodType>(
  c: Context,
  schema: Schema,
): Promise<z.output<Schema>> {
  const contentType = c.req.header('content-type') ?? '';
  if (!/^application\/json\b/i.test(contentType)) {
    throw new RefusedRequest(415, 'the body must be application/json');
  }
  let body: unknown;
  try {
    body = await c.req.json();
  } catch {
    throw new RefusedRequest(400, 'the body is not valid JSON');
  }
  const parsed = schema.safeParse(body);
  if (parsed.success) return parsed.data;
  throw new RefusedRequest(400, firstIssue(parsed.error, 'body'));
}

/** A response whose body is JSON text already. */
export function jsonText(text: string): Response {
  return new Response(text, { headers: { 'content-type': 'application/json' } });
}
