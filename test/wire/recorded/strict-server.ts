import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import { type Received, serve } from '../loopback.ts';

/** What a documentation allows of one request. */
export interface Rule {
  /** Pattern of each parameter after `?`; any other is refused. */
  readonly query?: Readonly<Record<string, string>>;
  /** JSON Schema of the body; absent where there must be none. */
  readonly body?: Parameters<typeof z.fromJSONSchema>[0];
  /** Whether the body is JSON lines, each of the schema. */
  readonly lines?: boolean;
}

/** What a documentation allows, by `METHOD /path/{part}`. */
export interface Api {
  /** Headers that every request must carry. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly requests: Readonly<Record<string, Rule>>;
}

/** One request and what it was answered with. */
export interface Exchange {
  readonly request: { readonly method: string; readonly path: string; readonly json?: unknown };
  readonly response: { readonly status?: number; readonly json?: unknown; readonly text?: string };
}

/** A server that replays exchanges in their order, and refuses what the documentation does not allow. */
export interface StrictServer {
  readonly url: string;
  /** Why each refused request was, e.g. `POST /x: limit: Invalid input: expected number`. */
  readonly refusals: readonly string[];
  /** Exchanges that nobody asked for yet. */
  readonly left: () => number;
}

/** Starts one; it ends with the test. */
export async function strictServer(
  api: Api,
  exchanges: readonly Exchange[],
): Promise<StrictServer> {
  const refusals: string[] = [];
  const waiting = [...exchanges];
  const { url } = await serve((received, response) => {
    const answer = (status: number, body: string, type = 'application/json') => {
      response.writeHead(status, { 'content-type': type });
      response.end(body);
    };
    const refuse = (status: number, why: string) => {
      refusals.push(`${received.method} ${received.path}: ${why}`);
      answer(status, JSON.stringify({ error: why }));
    };
    const why = whyNotAllowed(api, received);
    if (why !== null) return refuse(why === NO_SUCH ? 404 : 400, why);
    const [next] = waiting;
    const asked = { method: received.method, path: received.path, json: received.json };
    if (next === undefined || !isDeepStrictEqual(asked, { json: undefined, ...next.request })) {
      return refuse(409, `not what was recorded: ${JSON.stringify(asked.json)}`);
    }
    waiting.shift();
    const { status = 200, json, text } = next.response;
    if (text !== undefined) return answer(status, text, 'application/x-ndjson');
    answer(status, JSON.stringify(json));
  });
  return { url, refusals, left: () => waiting.length };
}

const NO_SUCH = 'the documentation has no such request';

function whyNotAllowed(api: Api, { method, path, headers, json }: Received): string | null {
  for (const [name, value] of Object.entries(api.headers ?? {})) {
    if (headers[name] !== value) return `header ${name} must be ${value}`;
  }
  const [place = '', query = ''] = path.split('?', 2);
  const found = Object.entries(api.requests).find(([rule]) => isOf(rule, `${method} ${place}`));
  if (found === undefined) return NO_SUCH;
  const [, rule] = found;
  for (const [name, value] of new URLSearchParams(query)) {
    const pattern = rule.query?.[name];
    if (pattern === undefined) return `no parameter ${name}`;
    if (!new RegExp(`^(?:${pattern})$`).test(value)) return `${name} must not be ${value}`;
  }
  if (rule.body === undefined) return json === undefined ? null : 'no body is allowed';
  const schema = z.fromJSONSchema(rule.body);
  for (const body of rule.lines === true && Array.isArray(json) ? json : [json]) {
    const checked = schema.safeParse(body);
    const [issue] = checked.error?.issues ?? [];
    if (issue !== undefined) return `${issue.path.join('.')}: ${issue.message}`;
  }
  return null;
}

function isOf(rule: string, asked: string): boolean {
  const [wanted, given] = [rule.split('/'), asked.split('/')];
  return (
    wanted.length === given.length &&
    wanted.every((part, at) => (/^\{.*\}$/.test(part) ? given[at] !== '' : part === given[at]))
  );
}
