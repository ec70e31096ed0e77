import { z } from 'zod';
import { UsageError } from '../../errors.ts';
import { usageErrorOf } from '../../schema-error.ts';
import type { EvidenceHashes } from '../ledger/row.ts';

const blessedSchema = z.object({
  schema: z.literal('retrieval-parity/blessed@1'),
  /** Id of the run. */
  run: z.string(),
  /** Its folder, relative to the file. */
  folder: z.string(),
  /** ISO 8601, UTC. */
  blessedAt: z.string(),
});

/** The run that later ones are held against. */
export type Blessed = z.output<typeof blessedSchema>;

/** A record of the blessed run. */
export function blessed(run: string, folder: string, blessedAt: string): Blessed {
  return { schema: 'retrieval-parity/blessed@1', run, folder, blessedAt };
}

/** @throws UsageError where the text is no such record */
export function parseBlessed(text: string, path: string): Blessed {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new UsageError('blessed', `${path}: not JSON`, { cause });
  }
  const result = blessedSchema.safeParse(value);
  if (result.success) return result.data;
  throw usageErrorOf(result.error, {
    code: 'blessed',
    where: path,
    whole: 'record',
    hint: 'bench baseline bless RUN writes it',
  });
}

/** Evidence without which two runs answer different questions. */
const COMPARED = { corpus: 'documents', queries: 'queries', judgments: 'judgments' } as const;

/** What keeps two runs from being compared query by query; empty where they can be. */
export function notComparable(
  one: Pick<EvidenceHashes, keyof typeof COMPARED> & { readonly k: number },
  other: Pick<EvidenceHashes, keyof typeof COMPARED> & { readonly k: number },
): string[] {
  const keys = Object.keys(COMPARED) as (keyof typeof COMPARED)[];
  return [
    ...keys.filter((key) => one[key] !== other[key]).map((key) => `other ${COMPARED[key]}`),
    ...(one.k === other.k ? [] : [`k = ${one.k} and ${other.k}`]),
  ];
}
