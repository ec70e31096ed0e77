import { z } from 'zod';
import { UsageError } from '../../errors.ts';
import { firstIssue } from '../../schema-error.ts';

const hash = z.string().regex(/^[0-9a-f]{64}$/);
const run = z.string().regex(/^[0-9a-z-]{1,64}$/);

const schemas = {
  /** Some texts, by the encoder of that fingerprint. */
  'embed-shard': z.strictObject({ run, texts: hash, encoder: hash }),
  /** One block of queries against one block of documents. */
  'truth-shard': z.strictObject({ run, plan: hash, part: z.int().nonnegative() }),
  /** The lists of one block of queries over several blocks of documents, from the lists over fewer. */
  'truth-reduce': z.strictObject({
    run,
    plan: hash,
    queryBlock: z.int().nonnegative(),
    from: z.int().nonnegative(),
    to: z.int().positive(),
  }),
  /** One machine's part of a load. */
  'load-slice': z.strictObject({
    run,
    trial: hash,
    attempt: z.int().nonnegative(),
    slice: z.int().nonnegative(),
  }),
  /** One load from what its machines brought back. */
  'load-reduce': z.strictObject({ run, parts: hash }),
} as const;

/** Every kind of job. */
export type JobKind = keyof typeof schemas;
/** What a job carries: names of what lies in the store, nothing else. */
export type JobData<Kind extends JobKind> = z.infer<(typeof schemas)[Kind]>;

/** What a job gives: the sha256 of what now lies in the store, and whether it lay there before. */
export interface JobResult {
  readonly sha256: string;
  readonly wasThere: boolean;
}

/**
 * Reads what a job carries; any process that reaches the server may add jobs, so nothing is trusted.
 * @throws UsageError `job-refused`
 */
export function parseJob<Kind extends JobKind>(kind: Kind, data: unknown): JobData<Kind> {
  const parsed = schemas[kind].safeParse(data);
  if (parsed.success) return parsed.data as JobData<Kind>;
  throw refusedJob(firstIssue(parsed.error, kind));
}

/** Whether this release knows a kind of job. */
export function isJobKind(name: string): name is JobKind {
  return Object.hasOwn(schemas, name);
}

/** The error of a job that is not carried out, and will not be by trying again. */
export function refusedJob(why: string): UsageError {
  return new UsageError('job-refused', `a job was refused: ${why}`, {
    hint: 'it was not made by this release of the suite, or the store was changed since',
  });
}

/** A job that another worker can do. */
export class NotForThisWorker extends Error {}
