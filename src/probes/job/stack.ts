import { resolve } from 'node:path';
import { z } from 'zod';
import { jsonOnce } from '../../corpus/files/repeated-key.ts';
import { readNamedText } from '../../disk/read-named-text.ts';
import { UsageError } from '../../errors.ts';
import type { Pair } from '../../observe/ask.ts';
import { usageErrorOf } from '../../schema-error.ts';
import type { Backend } from '../../wire/backend.ts';
import { placeOf } from '../../wire/call.ts';
import type { StackService } from '../record/services.ts';

/**
 * The eleven daemons of the Go gateway's lakehouse. Their names are documented; the ports beside the
 * gateway's own are assumed, and a stack file corrects them.
 */
const DAEMONS: readonly (readonly [name: string, port: number])[] = [
  ['gateway', 4110],
  ['storaged', 4211],
  ['catalogd', 4212],
  ['ingestd', 4213],
  ['queryd', 4214],
  ['vectord', 4215],
  ['embedd', 4216],
  ['pathwayd', 4217],
  ['matrixd', 4218],
  ['observerd', 4219],
  ['chatd', 4220],
];

/** Services that belong together. */
export interface Stack {
  readonly name: string;
  readonly services: readonly StackService[];
}

const serviceSchema = z.strictObject({
  name: z.string().min(1),
  /** Base URL, or the URL of the health endpoint itself where `path` is absent and it has a path. */
  url: z.url({ protocol: /^https?$/ }),
  path: z.string().startsWith('/').optional(),
});
const stackSchema = z.union([
  z.array(serviceSchema).min(1),
  z
    .strictObject({ name: z.string().optional(), services: z.array(serviceSchema).min(1) })
    .transform(({ services }) => services),
]);

/** The eleven daemons on loopback. */
export function lakehouseStack(): Stack {
  return {
    name: 'the lakehouse',
    services: DAEMONS.map(([name, port]) => ({ name, url: `http://127.0.0.1:${port}/health` })),
  };
}

/** The two backends themselves, each by the path that it is asked for health. */
export function stackOfPair({ incumbent, candidate }: Pair): Stack {
  const service = (name: string, backend: Backend): StackService => ({
    name,
    url: placeOf(backend, 'health'),
  });
  return {
    name: 'the two gateways',
    services: [service('incumbent', incumbent), service('candidate', candidate)],
  };
}

/**
 * Reads a stack file: a JSON list of `{name, url, path?}`, or `{services: […]}`. A URL without a path is
 * asked for `/health`.
 * @throws UsageError that names the file and what is wrong with it.
 */
export async function readStack(file: string, cwd: string): Promise<Stack> {
  const text = await readNamedText(resolve(cwd, file), {
    code: 'stack-file',
    name: `--stack ${file}`,
    hint: HINT,
  });
  const value = jsonOnce(
    text,
    (what, cause) => new UsageError('stack-file', `${file}: ${what}`, { hint: HINT, cause }),
  );
  const parsed = stackSchema.safeParse(value);
  if (!parsed.success) {
    throw usageErrorOf(parsed.error, {
      code: 'stack-file',
      where: file,
      whole: 'stack',
      hint: HINT,
    });
  }
  return {
    name: file,
    services: parsed.data.map(({ name, url, path }) => ({ name, url: healthUrl(url, path) })),
  };
}

function healthUrl(base: string, path: string | undefined): string {
  const url = new URL(base);
  if (url.username !== '' || url.password !== '') {
    throw new UsageError('stack-file', `a URL with a user or password in it, at ${url.host}`, {
      hint: 'health endpoints are asked without credentials',
    });
  }
  if (path !== undefined) url.pathname = `${url.pathname.replace(/\/+$/, '')}${path}`;
  else if (url.pathname === '/') url.pathname = '/health';
  return url.href;
}

const HINT = 'write e.g. [{"name": "gateway", "url": "http://127.0.0.1:4110"}]';
