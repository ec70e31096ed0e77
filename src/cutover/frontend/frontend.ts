import type { IncomingMessage, ServerResponse } from 'node:http';
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response';
import { type Context, Hono } from 'hono';
import { plainLine } from '../../plain-text.ts';
import { type OwnAnswer, render } from './answers.ts';
import { DEFAULT_FRONTEND_LIMITS } from './limits.ts';
import type { RequestHandler } from './listen.ts';
import { RoutedPath } from './route/routed.ts';
import { readTarget } from './target.ts';
import type { FrontendOptions, VerdictLookup } from './types.ts';
import { Upstream } from './upstream.ts';

/** Name of the setting that opens the cutover unless the caller has another one. */
const SETTING = 'GO_LAKEHOUSE_URL';

/** What the HTTP server hands over with each request. */
interface Sockets {
  readonly incoming: IncomingMessage;
  readonly outgoing: ServerResponse;
  /** Set where the answer goes straight to `outgoing`. */
  isPassedOn?: boolean;
}

// A response that the server has cached in its own form is written out whatever it says; looking at the
// body turns it into the plain form, whose mark the server heeds.
void RESPONSE_ALREADY_SENT.body;

/**
 * The cutover frontend: `/api/*` goes to the incumbent and, where a candidate is configured, `/_go/*` to
 * the candidate, both as they came but for the prefix; `/health` is its own. Needs `listen`, since it
 * works on the sockets.
 * @throws UsageError where a URL is no plain origin.
 */
export function createFrontend(options: FrontendOptions): RequestHandler {
  const limits = { ...DEFAULT_FRONTEND_LIMITS, ...options.limits };
  const setting = options.setting ?? SETTING;
  const incumbent = new Upstream('incumbent', options.incumbentUrl, limits, options.tap);
  const candidate =
    options.candidateUrl === null
      ? null
      : new Upstream('candidate', options.candidateUrl, { ...limits, ...options.candidateLimits });
  const routed = options.route === undefined ? null : new RoutedPath(options.route, incumbent);
  // Routes are chosen by the target as it came: a URL that was made regular first could lead elsewhere.
  const app = new Hono<{ Bindings: Sockets }>({
    getPath: (_request, context) => {
      const raw = (context as { env: Sockets } | undefined)?.env.incoming.url ?? '/';
      const query = raw.indexOf('?');
      return query === -1 ? raw : raw.slice(0, query);
    },
  });
  app.get('/health', (c) =>
    c.json({
      status: 'ok',
      service: 'frontend',
      candidate: candidate === null ? 'unset' : 'configured',
      setting,
    }),
  );
  app.all('*', async (c) => {
    const { env } = c;
    const target = readTarget(env.incoming.url ?? '');
    if (target.kind === 'refused') {
      return own(c, { status: 400, code: 'refused-target', error: target.message });
    }
    if (target.kind === 'own') {
      return own(c, {
        status: 404,
        code: 'no-route',
        error:
          'no such route: /api/* is the incumbent, /_go/* the candidate, /health this frontend',
      });
    }
    if (target.side === 'candidate' && candidate === null) {
      return own(c, await shut(target.path, setting, options.verdictOf));
    }
    const adapter =
      target.side === 'candidate' ? options.adapters?.get(pathOf(target.path)) : undefined;
    const side = target.side === 'candidate' ? candidate : incumbent;
    env.isPassedOn = true;
    if (routed !== null && target.side === 'incumbent') {
      if (routed.takes(target.path, env.incoming)) {
        // Answers the incumbent's way whatever becomes of it.
        void routed
          .answer(target.path, env.incoming, env.outgoing)
          .catch(() => env.outgoing.destroy());
        return RESPONSE_ALREADY_SENT;
      }
      if (routed.watches(target.path)) routed.watch(env.outgoing);
    }
    side?.pass(target.path, env.incoming, env.outgoing, adapter ?? null);
    return RESPONSE_ALREADY_SENT;
  });
  app.onError((error, c) => {
    process.stderr.write(`frontend: ${plainLine(error.stack ?? error.message)}\n`);
    return c.json({ error: 'internal error', code: 'internal' }, 500);
  });
  return {
    fetch: async (request: Request, env?: Sockets) => {
      if (env === undefined) throw new TypeError('the frontend needs a server around it');
      const response = await app.fetch(request, env);
      // Hono makes another response of the answer to a HEAD.
      return env.isPassedOn === true ? RESPONSE_ALREADY_SENT : response;
    },
    close: async () => {
      await Promise.all([incumbent.close(), candidate?.close(), routed?.close()]);
    },
  };
}

/** The answer while no candidate is configured: which setting opens the cutover, and what is known of the endpoint. */
async function shut(
  rest: string,
  setting: string,
  verdictOf: VerdictLookup | undefined,
): Promise<OwnAnswer> {
  const path = pathOf(rest);
  const verdict = (await verdictOf?.(path).catch(() => null)) ?? null;
  const standing =
    verdict === null
      ? 'the ledger has no verdict for it'
      : `the ledger's verdict for it is ${verdict.verdict} (${verdict.endpoint}, ${verdict.date})`;
  return {
    status: 503,
    code: 'cutover-shut',
    side: 'candidate',
    error: `no candidate is configured: set ${setting} to pass /_go/* on`,
    more: {
      setting,
      path,
      verdict,
      rationale: `${path} is served by the candidate only while ${setting} names one; ${standing}`,
    },
  };
}

function own(c: Context, answer: OwnAnswer): Response {
  const { headers, body } = render(answer);
  return c.body(body, answer.status, headers);
}

function pathOf(target: string): string {
  const query = target.indexOf('?');
  return query === -1 ? target : target.slice(0, query);
}
