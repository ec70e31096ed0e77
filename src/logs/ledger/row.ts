import { z } from 'zod';
import { UsageError } from '../../errors.ts';
import type { AppendLog } from '../../record/append-log.ts';
import { firstIssue, usageErrorOf } from '../../schema-error.ts';

/** Name and version of a ledger row. */
export const LEDGER_SCHEMA = 'retrieval-parity/ledger@1';

const figure = z.number().nullable();

const gateSchema = z.object({
  /** What was gated, e.g. `recall@10`. */
  metric: z.string(),
  /** What n counts, e.g. `needs`. */
  unit: z.string(),
  n: z.int().nonnegative(),
  margin: figure,
  mean: figure,
  lower: figure,
  upper: figure,
  state: z.enum(['pass', 'fail', 'inconclusive']),
});

const hashesSchema = z.object({
  corpus: z.string(),
  queries: z.string(),
  judgments: z.string(),
  config: z.string(),
  incumbentDialect: z.string(),
  candidateDialect: z.string(),
  incumbentBackend: z.string(),
  candidateBackend: z.string(),
});

/** How both sides were asked, where clients ask otherwise. */
const askedSchema = z.object({
  /** Whether one embedder embedded every text, and the sides were asked by its vectors. */
  sharedEmbedder: z.boolean(),
  /** The model that was named in every request; null where none was. */
  model: z.string().nullable(),
});

const inputSchema = z.object({
  /** What was verified, e.g. `retrieve`. */
  endpoint: z.string().min(1),
  /** Day of the run, `2026-11-23`. */
  date: z.string().regex(/^\d{4}-\d{2}-\d{2}$/, 'expected a day such as 2026-11-23'),
  incumbentPath: z.string(),
  candidatePath: z.string(),
  verdict: z.enum(['pass', 'fail', 'inconclusive']),
  notes: z.string(),
  evidence: z.object({
    gates: z.array(gateSchema),
    hashes: hashesSchema,
    /** Absent where the sides were asked as clients ask, by text and without a model. */
    asked: askedSchema.exactOptional(),
  }),
  /** Id of the run. */
  runId: z.string(),
  /** Where its evidence is kept: a relative path or a URL; null where it is not published. */
  runLink: z.string().nullable(),
});

const rowSchema = z.object({
  schema: z.literal(LEDGER_SCHEMA),
  ...inputSchema.shape,
  /** Whether the endpoint cleared parity or lost it. */
  change: z.enum(['cleared', 'lost']),
});

/** The claim of one run about one endpoint, with its evidence. */
export type LedgerInput = z.output<typeof inputSchema>;

/** One line of the ledger: an endpoint that cleared or lost parity. */
export type LedgerRow = z.output<typeof rowSchema>;

/** One gate as the ledger keeps it. */
export type LedgerGate = z.output<typeof gateSchema>;

/** What a verdict depends on; when one of these changes, it has expired. */
export type EvidenceHashes = z.output<typeof hashesSchema>;

/** Name and version of a line about a failure without a row. */
export const FAILURE_SCHEMA = 'retrieval-parity/ledger-failure@1';

const failureSchema = z.object({
  schema: z.literal(FAILURE_SCHEMA),
  endpoint: inputSchema.shape.endpoint,
  /** Absent from lines of earlier versions. */
  candidatePath: inputSchema.shape.candidatePath.exactOptional(),
  date: inputSchema.shape.date,
  runId: inputSchema.shape.runId,
});

/** A run that failed where there was no parity to lose: no row, but nothing older than it clears parity. */
export type LedgerFailure = z.output<typeof failureSchema>;

/** The rows of a ledger, failures without a row, and one sentence for each line that is neither. */
export interface Ledger {
  readonly rows: readonly LedgerRow[];
  readonly failures: readonly LedgerFailure[];
  readonly problems: readonly string[];
}

/**
 * Reads hashes of the present from JSON; those that are left out are not compared.
 * @throws UsageError that names the file and the key that is wrong.
 */
export function parseEvidenceHashes(text: string, path: string): Partial<EvidenceHashes> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new UsageError('ledger-current', `${path}: not JSON`, { cause });
  }
  const result = z.strictObject(hashesSchema.partial().shape).safeParse(value);
  if (result.success) {
    const known = Object.entries(result.data).filter(([, hash]) => hash !== undefined);
    return Object.fromEntries(known);
  }
  throw usageErrorOf(result.error, {
    code: 'ledger-current',
    where: path,
    whole: 'evidence',
    hint: `known keys: ${Object.keys(hashesSchema.shape).join(', ')}`,
  });
}

/** Reads the rows of a ledger in the order of the log; one of another version of the suite is a problem. */
export function readLedger(log: AppendLog): Ledger {
  const rows: LedgerRow[] = [];
  const failures: LedgerFailure[] = [];
  const problems = log.damaged.map(({ message }) => message);
  for (const { value, lineNumber } of log.lines) {
    if (value === null) continue;
    const result = rowSchema.safeParse(value);
    const failure = failureSchema.safeParse(value);
    if (result.success) rows.push(result.data);
    else if (failure.success) failures.push(failure.data);
    else {
      const reason = firstIssue(result.error, 'row');
      problems.push(
        `${log.path}:${lineNumber}: no ledger row (${reason}): kept in the file, not shown`,
      );
    }
  }
  return { rows, failures, problems };
}
