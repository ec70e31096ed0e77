import { setTimeout as wait } from 'node:timers/promises';
import type { AWSHeaders, SSECHeaders } from 's3mini';
import { Agent, fetch, type RequestInit } from 'undici';
import { InfrastructureError, UsageError } from '../../errors.ts';
import { importPeer } from '../../wire/driver/peer.ts';
import { type ObjectName, type SharedStore, storePath } from './shared-store.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** Answers after which the same request is sent again: busy servers, and two writers at the same moment. */
const BUSY = [409, 429, 500, 502, 503, 504];
const ATTEMPTS = 5;
/** A server that says nothing is asked once more, since it may have been its connection. */
const SILENT_ATTEMPTS = 2;
/** How undici calls a server that says nothing: not at all, or in the midst of an object. */
const SILENT = ['UND_ERR_HEADERS_TIMEOUT', 'UND_ERR_BODY_TIMEOUT'];
/** One PUT takes no more. */
const MOST_BYTES = 5 * 2 ** 30;

/**
 * A bucket of S3 or of a server that speaks it, `s3://BUCKET[/PREFIX]`. An object is put under the condition that
 * there is none (`If-None-Match: *`) and with its checksum, so that it is whole, right, and written once.
 *
 * Credentials come from the environment alone: `AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY`, `AWS_SESSION_TOKEN`,
 * `AWS_REGION`, and `AWS_ENDPOINT_URL_S3` or `AWS_ENDPOINT_URL` for another server than Amazon's.
 *
 * @param silenceMs how long an object is waited for of which no byte comes
 * @throws UsageError for an address that cannot be used, credentials that are missing, or a missing package
 */
export async function s3Store(
  url: string,
  env: Environment,
  silenceMs = 30_000,
): Promise<SharedStore> {
  const { bucket, prefix } = addressOf(url);
  const region = env.AWS_REGION ?? env.AWS_DEFAULT_REGION ?? 'us-east-1';
  const server =
    env.AWS_ENDPOINT_URL_S3 ?? env.AWS_ENDPOINT_URL ?? `https://s3.${region}.amazonaws.com`;
  const { S3mini, S3ServiceError } = await importPeer('s3mini', '1.0.2', () => import('s3mini'));
  const client = new S3mini({
    endpoint: `${server.replace(/\/+$/, '')}/${bucket}`,
    region,
    accessKeyId: needed(env, 'AWS_ACCESS_KEY_ID'),
    secretAccessKey: needed(env, 'AWS_SECRET_ACCESS_KEY'),
    fetch: fetchHere(silenceMs),
  });
  // The client signs every header that it is given; its types know only some of their names.
  const token = env.AWS_SESSION_TOKEN;
  const signed: Record<string, string> =
    token === undefined ? {} : { 'x-amz-security-token': token };
  const keyOf = (name: ObjectName) => `${prefix}${storePath(name)}`;
  const statusOf = (error: unknown) => (error instanceof S3ServiceError ? error.status : null);
  const attempt = async <Value>(key: string, work: () => Promise<Value>): Promise<Value> => {
    for (let pauseMs = 100, left = ATTEMPTS; ; pauseMs *= 3) {
      try {
        return await work();
      } catch (error) {
        if (error instanceof InfrastructureError) throw error;
        const status = statusOf(error);
        const isSilent = status === null && SILENT.includes(networkCode(error));
        left = Math.min(left, isSilent ? SILENT_ATTEMPTS : ATTEMPTS) - 1;
        if (left > 0 && (status === null || BUSY.includes(status))) await wait(pauseMs);
        else throw refused(`s3://${bucket}/${key}`, status, error);
      }
    }
  };
  const get = (name: ObjectName) =>
    attempt(keyOf(name), async () => {
      const found = await client.getObjectArrayBuffer(
        keyOf(name),
        {},
        signed as unknown as SSECHeaders,
      );
      return found === null ? null : new Uint8Array(found);
    });
  return {
    label: `s3://${bucket}/${prefix} at ${new URL(server).host}`,
    get,
    has: (name) =>
      attempt(keyOf(name), async () => {
        const found = await client
          .getObjectRaw(keyOf(name), false, 0, 1, {}, signed as unknown as SSECHeaders)
          .catch((error: unknown) => {
            if (statusOf(error) === 404) return null;
            throw error;
          });
        await found?.body?.cancel();
        return found !== null;
      }),
    putOnce: async (name, bytes) => {
      if (bytes.length > MOST_BYTES) {
        throw new InfrastructureError('store-size', `${keyOf(name)}: ${bytes.length} bytes`, {
          hint: 'one object of S3 takes 5 GiB at once',
        });
      }
      return await attempt(keyOf(name), async () => {
        const checksum = await crypto.subtle.digest('SHA-256', Uint8Array.from(bytes));
        const headers = {
          ...signed,
          'if-none-match': '*',
          'x-amz-checksum-sha256': Buffer.from(checksum).toString('base64'),
        } as unknown as AWSHeaders;
        try {
          await client.putObject(keyOf(name), bytes, undefined, undefined, headers);
          return true;
        } catch (error) {
          if (statusOf(error) === 412) return false;
          throw error;
        }
      });
    },
    remove: (name) =>
      attempt(keyOf(name), async () => {
        // What deletes an object by its name alone takes no token.
        await (client as unknown as SignedRequests)._signedRequest('DELETE', keyOf(name), {
          headers: signed,
          tolerated: [200, 204, 404],
        });
      }),
  };
}

/** What the client signs all of its requests with. */
interface SignedRequests {
  readonly _signedRequest: (
    method: 'DELETE',
    key: string,
    options: {
      readonly headers: Readonly<Record<string, string>>;
      readonly tolerated: readonly number[];
    },
  ) => Promise<unknown>;
}

/**
 * Asks the server that was named and no other, since a redirect would carry what is stored and the token of a session
 * to another host; and takes no object that does not say how long it is, or is packed, since it may have no end.
 */
function fetchHere(silenceMs: number): typeof globalThis.fetch {
  const reading = new Agent({ headersTimeout: silenceMs, bodyTimeout: silenceMs });
  const ask = async (input: string | URL, init: RequestInit = {}) => {
    // What is sent may be large: its answer is waited for as long as undici does.
    const isRead = init.method === 'GET';
    const response = await fetch(input, {
      ...init,
      redirect: 'manual',
      ...(isRead ? { dispatcher: reading } : {}),
    });
    if (response.status !== 200 || !isRead) return response;
    const length = Number(response.headers.get('content-length') ?? Number.NaN);
    const packed = response.headers.get('content-encoding') ?? 'identity';
    if (length <= MOST_BYTES && packed === 'identity') return response;
    response.body?.cancel().catch(() => {});
    const what = Number.isNaN(length) ? 'no length' : `${length} bytes`;
    const { pathname } = new URL(String(input));
    throw new InfrastructureError('store', `s3:/${pathname}: an object of ${what}, ${packed}`, {
      hint: 'is there another server, or a proxy, before this bucket?',
    });
  };
  return ask as unknown as typeof globalThis.fetch;
}

function addressOf(url: string): { readonly bucket: string; readonly prefix: string } {
  const [, bucket = '', rest = ''] = /^s3:\/\/([a-z0-9][a-z0-9.-]+)\/?(.*)$/.exec(url) ?? [];
  if (bucket !== '' && /^[\w./=-]*$/.test(rest) && !rest.split('/').includes('..')) {
    const prefix = rest.replace(/\/+$/, '');
    return { bucket, prefix: prefix === '' ? '' : `${prefix}/` };
  }
  throw new UsageError('store-address', `${JSON.stringify(url)} is no bucket`, {
    hint: 'write s3://BUCKET or s3://BUCKET/PREFIX',
  });
}

function needed(env: Environment, name: string): string {
  const value = env[name];
  if (value !== undefined && value !== '') return value;
  throw new UsageError('store-credentials', `${name} is not set`, {
    hint: 'a store on S3 takes its credentials from the environment',
  });
}

function refused(where: string, status: number | null, cause: unknown): InfrastructureError {
  const isElsewhere = status !== null && status >= 300 && status < 400;
  const redirected = isElsewhere ? ', and redirects are not followed: is it the right region?' : '';
  const why = status === null ? inWords(networkCode(cause)) : `status ${status}${redirected}`;
  return new InfrastructureError('store', `${where}: ${why}`, {
    hint: 'check the endpoint, the credentials and the rights of this bucket',
    cause,
  });
}

function inWords(code: string): string {
  return SILENT.includes(code) ? `the server says nothing (${code})` : code;
}

function networkCode(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const inner = error.cause instanceof Error ? error.cause : error;
  return 'code' in inner ? String(inner.code) : inner.message;
}
