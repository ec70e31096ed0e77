import { z } from 'zod';
import { UsageError } from '../../errors.ts';
import type { DriftRow } from '../find/types.ts';

/** A row of the catalogue as it is stored, with the reason why it is expected, if it was declared. */
export interface StoredDrift extends DriftRow {
  readonly reason?: string;
}

/** The schema of one row. */
export const storedDriftSchema = z.object({
  endpoint: z.string(),
  scenario: z.enum(['success', 'empty', '4xx', '5xx']),
  incumbentPath: z.string().nullable(),
  candidatePath: z.string().nullable(),
  operation: z.string(),
  severity: z.enum(['shape', 'meaning', 'additive', 'breaking']),
  support: z.number(),
  heldOutAgreement: z.number().nullable(),
  lossy: z.boolean(),
  detail: z.string().nullable().default(null),
  reason: z.string().exactOptional(),
});

/** The catalogue as JSON lines, a row a line. */
export function formatCatalogue(rows: readonly StoredDrift[]): string {
  return rows.map((row) => `${JSON.stringify(row)}\n`).join('');
}

/**
 * Reads what `formatCatalogue` wrote.
 * @param file its name, for the error
 * @throws UsageError that names the line that is no row of a catalogue.
 */
export function parseCatalogue(text: string, file: string): StoredDrift[] {
  return text.split('\n').flatMap((line, at) => {
    if (line.trim() === '') return [];
    const parsed = storedDriftSchema.safeParse(jsonOf(line));
    if (parsed.success) return [parsed.data];
    throw new UsageError('drift-catalogue', `${file}:${at + 1}: no row of the catalogue`, {
      hint: 'fix the line, or store a new catalogue with --accept after moving the file away',
    });
  });
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return null;
  }
}
