import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import S3rver from '@20minutes/s3rver';

/** A server that speaks S3, with signatures checked. */
export interface S3Server extends AsyncDisposable {
  readonly env: Readonly<Record<string, string>>;
  /** Requests that were refused since the object was there. */
  readonly refused: () => number;
}

/**
 * Starts an S3 server with the bucket `parity`. It ignores `If-None-Match` of a PUT, as old servers do; `conditional`
 * adds what Amazon's does: 412 where there is an object, and one writer of a name at a time.
 */
export async function startS3({ conditional = true } = {}): Promise<S3Server> {
  const directory = await mkdtemp(join(tmpdir(), 's3-'));
  const server = new S3rver({
    port: 0,
    address: '127.0.0.1',
    silent: true,
    directory,
    configureBuckets: [{ name: 'parity' }],
  });
  let refused = 0;
  const there = new Set<string>();
  if (conditional) {
    server.middleware.unshift(async (context, next) => {
      const { method, path, headers } = context;
      const mayNot = method === 'PUT' && headers['if-none-match'] === '*';
      if (mayNot && there.has(path)) {
        refused++;
        context.status = 412;
        return;
      }
      if (method === 'PUT') there.add(path);
      if (method === 'DELETE') there.delete(path);
      await next();
      if (method === 'PUT' && context.status !== 200) there.delete(path);
    });
  }
  const { port } = await server.run();
  return {
    env: {
      AWS_ACCESS_KEY_ID: 'S3RVER',
      AWS_SECRET_ACCESS_KEY: 'S3RVER',
      AWS_ENDPOINT_URL: `http://127.0.0.1:${port}`,
    },
    refused: () => refused,
    [Symbol.asyncDispose]: async () => {
      await server.close();
      await rm(directory, { recursive: true, force: true });
    },
  };
}
