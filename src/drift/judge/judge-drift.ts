import { EXIT, type ExitCode } from '../../errors.ts';
import { compareDrift, covers, type ExpectedDrift } from '../find/compare.ts';
import type { DriftRow } from '../find/types.ts';
import type { StoredDrift } from '../record/catalogue.ts';

/** Whether the drift that was found is the drift that is known. */
export interface DriftVerdict {
  readonly schema: 1;
  readonly verdict: 'pass' | 'fail';
  readonly exitCode: ExitCode;
  readonly sentence: string;
  /** Found and not known. */
  readonly fresh: readonly DriftRow[];
  /** Known and not found. */
  readonly vanished: readonly ExpectedDrift[];
}

/** What is known of the drift of two backends. */
export interface KnownDrift {
  /** The stored catalogue; null where there is none. */
  readonly catalogue: readonly StoredDrift[] | null;
  /** What the configuration declares. */
  readonly expected: readonly ExpectedDrift[];
}

/** Fails on new drift and on drift that has vanished; where nothing is known yet, nothing is new. */
export function judgeDrift(
  rows: readonly DriftRow[],
  { catalogue, expected }: KnownDrift,
): DriftVerdict {
  if (catalogue === null && expected.length === 0) {
    const sentence = `no drift was known before, so none is new: ${rows.length} rows`;
    return { ...PASS, sentence, fresh: [], vanished: [] };
  }
  const stored = catalogue ?? [];
  // A declared difference need not be in the catalogue; one that has gone is told all the same.
  const only = expected.filter((entry) => !stored.some((row) => covers(entry, row)));
  const { fresh, vanished } = compareDrift(rows, [...stored, ...only]);
  if (fresh.length + vanished.length === 0) {
    return { ...PASS, sentence: 'the drift is that of the catalogue', fresh, vanished };
  }
  const sentence = `${fresh.length} rows of drift are new, ${vanished.length} have vanished`;
  return { schema: 1, verdict: 'fail', exitCode: EXIT.fail, sentence, fresh, vanished };
}

const PASS = { schema: 1, verdict: 'pass', exitCode: EXIT.pass } as const;
