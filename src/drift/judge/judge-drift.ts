import { EXIT, type ExitCode } from '../../errors.ts';
import type { GateState } from '../../gate/verdict.ts';
import { compareDrift, covers, type ExpectedDrift } from '../find/compare.ts';
import type { DriftRow } from '../find/types.ts';
import type { StoredDrift } from '../record/catalogue.ts';

/** Whether the drift that was found is the drift that is known. */
export interface DriftVerdict {
  readonly schema: 1;
  readonly verdict: GateState;
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

/**
 * Fails on new drift and on drift that has vanished; where nothing is known yet, nothing is new. What was
 * captured in part decides nothing.
 */
export function judgeDrift(
  rows: readonly DriftRow[],
  { catalogue, expected }: KnownDrift,
  isComplete = true,
): DriftVerdict {
  if (!isComplete) {
    const sentence =
      'not every response was captured, so nothing can be said of drift that is gone';
    const { inconclusive } = EXIT;
    const none = { fresh: [], vanished: [] };
    return { schema: 1, verdict: 'inconclusive', exitCode: inconclusive, sentence, ...none };
  }
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
