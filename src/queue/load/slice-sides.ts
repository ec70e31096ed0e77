import { UsageError } from '../../errors.ts';
import { createAnswerVariants } from '../../load/answers/answers.ts';
import type { PreparedSide } from '../../load/drive/sides.ts';
import type { LoadArm } from '../../load/drive/trial.ts';
import { isSecretName, isSecretParameter } from '../../secrets/names.ts';
import { NotForThisWorker, refusedJob } from '../work/jobs.ts';
import type { SliceSide } from './slice-spec.ts';

/** The variables of the environment that hold the secret headers of each side begin so. */
const VARIABLES = ['INCUMBENT_HEADER_', 'CANDIDATE_HEADER_'] as const;
const LOOKS_SECRET = /auth|key/i;

/**
 * The requests of a side as they may be written down: without the values of configured headers and of those that look
 * secret.
 * @throws UsageError for a side that needs a client's certificate, or is asked with a secret in the path
 */
export function sideToShare(
  { arm, masked }: PreparedSide,
  configured: readonly string[],
): SliceSide {
  const { cert, key, ca, servername } = arm.tls ?? {};
  if (cert !== undefined || key !== undefined) {
    throw new UsageError('load-machines-tls', `${arm.url} wants a client's certificate`, {
      hint: 'a key is not written to a store: load this backend from one machine',
    });
  }
  const names = new Set(configured.map((name) => name.toLowerCase()));
  const found = new Set<string>();
  const exchanges = arm.exchanges.map(({ method, path, headers, body }) => {
    requireOpen(path, arm.url);
    const open: string[] = [];
    for (let at = 0; at < headers.length; at += 2) {
      const name = (headers[at] ?? '').toLowerCase();
      if (names.has(name) || LOOKS_SECRET.test(name) || isSecretName(name)) found.add(name);
      else open.push(name, headers[at + 1] ?? '');
    }
    return { method, path, headers: open, body: body === null ? null : body.toString('base64') };
  });
  return {
    url: arm.url,
    ...(ca === undefined ? {} : { ca }),
    ...(servername === undefined ? {} : { servername }),
    masked: [...masked],
    secretHeaders: [...found],
    exchanges: exchanges as SliceSide['exchanges'],
  };
}

function requireOpen(path: string, url: string): void {
  const names = [...new URLSearchParams(path.split('?')[1] ?? '').keys()];
  const secret = names.find(isSecretParameter);
  if (secret === undefined) return;
  throw new UsageError('load-machines-path', `${url} is asked with ${secret} in the path`, {
    hint: 'a secret is not written to a store: send it as a header, or load this backend from one machine',
  });
}

/** What a worker may be made to load, and the secrets that it has. */
export interface LoadRights {
  /** Origins, e.g. `http://gateway:3100`; a job for any other is refused, since any process that reaches the queue may add jobs. */
  readonly origins: ReadonlySet<string>;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/**
 * A side as a worker asks it.
 * @throws NotForThisWorker for an origin that it may not load
 * @throws UsageError `job-refused` for a secret that this machine does not have
 */
export function armOf(
  side: SliceSide,
  which: 0 | 1,
  { origins, env }: LoadRights,
): LoadArm & { readonly answers: ReturnType<typeof createAnswerVariants> } {
  const { origin } = new URL(side.url);
  if (!origins.has(origin)) {
    throw new NotForThisWorker(`this worker may not load ${origin}`);
  }
  const secrets = side.secretHeaders.flatMap((name) => {
    const variable = `${VARIABLES[which]}${name.toUpperCase().replace(/[^A-Z0-9]/g, '_')}`;
    const value = env[variable];
    if (value === undefined) throw refusedJob(`${variable} is not set on this machine`);
    return [name, value];
  });
  const { ca, servername } = side;
  return {
    url: side.url,
    tls: {
      ...(ca === undefined ? {} : { ca }),
      ...(servername === undefined ? {} : { servername }),
    },
    answers: createAnswerVariants(new Set(side.masked)),
    exchanges: side.exchanges.map(({ method, path, headers, body }) => ({
      method,
      path,
      headers: [...headers, ...secrets],
      body: body === null ? null : Buffer.from(body, 'base64'),
    })) as LoadArm['exchanges'],
  };
}
