import { changedEvidence, standingRows } from './expired.ts';
import {
  FAILURE_SCHEMA,
  LEDGER_SCHEMA,
  type Ledger,
  type LedgerFailure,
  type LedgerInput,
  type LedgerRow,
} from './row.ts';
import { standingFailures } from './standing-failures.ts';

/** What a run means for the ledger: a row, a failure to remember, or neither; and the reason. */
export interface LedgerChange {
  readonly row: LedgerRow | null;
  readonly failure?: LedgerFailure;
  readonly reason: string;
}

/**
 * A ledger has one row each time an endpoint clears or loses parity. A pass on other evidence than before
 * clears it anew, since the earlier verdict has expired. A run that is older than the row that stands, or than a failure,
 * clears nothing. Where a line cannot be read, it may have cleared what a failing run loses. Endpoints of one path of
 * the candidate are served together: one that fails loses what another one holds there.
 */
export function ledgerChange(ledger: Ledger, input: LedgerInput): LedgerChange {
  const { rows, problems } = ledger;
  const { endpoint, candidatePath, verdict, runId } = input;
  // A copy of a killed run that was gone on with by itself may have another verdict.
  const isSame = (row: LedgerRow) => row.runId === runId && row.verdict === verdict;
  if (rows.some((row) => row.endpoint === endpoint && isSame(row))) {
    return { row: null, reason: `run ${runId} is in the ledger already` };
  }
  const all = standingRows(rows);
  const standing = all.find((row) => row.endpoint === endpoint);
  const ofPath = all.filter((row) => row.candidatePath === candidatePath);
  const failures = ledger.failures.filter((failure) => failure.endpoint === endpoint);
  if (verdict === 'inconclusive') {
    return {
      row: null,
      reason: 'inconclusive, so parity is neither cleared nor lost',
    };
  }
  if (verdict === 'fail') {
    // Its failure is remembered, and what has passed since stands.
    if (failures.some((known) => known.runId === runId)) {
      return { row: null, reason: `run ${runId} is in the ledger already` };
    }
    if (standing?.verdict === 'pass') {
      return rowOf(input, 'lost', `parity lost (held since ${standing.date})`);
    }
    const [holder] = ofPath;
    if (holder !== undefined && ofPath.every((row) => row.verdict === 'pass')) {
      const reason = `parity of ${candidatePath} lost (${holder.endpoint} held it since ${holder.date})`;
      return rowOf(input, 'lost', reason);
    }
    if (problems.length > 0) {
      return rowOf(input, 'lost', 'parity lost, if a line that cannot be read had cleared it');
    }
    const reason = 'fails, and had no parity to lose';
    if (failures.some((known) => isBefore(input, known))) {
      return { row: null, reason };
    }
    const { date } = input;
    const failure = { schema: FAILURE_SCHEMA, endpoint, candidatePath, date, runId } as const;
    return { row: null, failure, reason };
  }
  const beside = standingFailures(ledger).find(
    (known) => known.endpoint !== endpoint && known.candidatePath === candidatePath,
  );
  const shut =
    beside === undefined
      ? ''
      : `, and ${candidatePath} stays shut: ${beside.endpoint} fails (run ${beside.runId})`;
  if (standing !== undefined && isBefore(input, standing)) {
    // An older failure still counts: it closes, and opens nothing.
    return { row: null, reason: `older than the verdict that stands, of ${standing.date}` };
  }
  if (standing?.verdict !== 'pass') {
    const later = failures.find((failure) => isBefore(input, failure));
    return later === undefined
      ? rowOf(input, 'cleared', `parity cleared${shut}`)
      : { row: null, reason: `older than run ${later.runId}, which failed` };
  }
  const because = changedEvidence(standing.evidence.hashes, input.evidence.hashes);
  return because.length === 0
    ? { row: null, reason: `parity still holds, since ${standing.date}${shut}` }
    : rowOf(input, 'cleared', `parity cleared anew: ${because.join('; ')}${shut}`);
}

/** The beginning of a run's name, where this suite gave it. */
const TIME = /^\d{4}-\d{2}-\d{2}T\d{2}-\d{2}-\d{2}Z/;

/** Whether a run surely began before another one, by the day or by the time in both names. */
function isBefore(one: Dated, other: Dated): boolean {
  if (one.date !== other.date) return one.date < other.date;
  const [first, second] = [one, other].map(({ runId }) => TIME.exec(runId)?.[0]);
  return first !== undefined && second !== undefined && first < second;
}

type Dated = Pick<LedgerInput, 'date' | 'runId'>;

function rowOf(input: LedgerInput, change: LedgerRow['change'], reason: string): LedgerChange {
  return { row: { schema: LEDGER_SCHEMA, ...input, change }, reason };
}
