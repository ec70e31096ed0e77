import { createHash } from 'node:crypto';
import { dirname } from 'node:path';
import { z } from 'zod';
import { lockOf, withFileLock } from '../../disk/file-lock.ts';
import { makeFolder } from '../../disk/make-folder.ts';
import { UsageError } from '../../errors.ts';
import { type AppendLog, appendToLog, readAppendLog } from '../../record/append-log.ts';
import { requireVersion } from '../../record/log-version.ts';
import { ALPHA, alphaOfLook, isOnlyLook, type Look } from '../../stats/decisions/spent-alpha.ts';
import type { EvidenceHashes } from '../ledger/row.ts';

/** Name and version of a line of the log. */
export const LOOK_SCHEMA = 'retrieval-parity/look@1';

const lineSchema = z.object({
  schema: z.literal(LOOK_SCHEMA),
  /** What was asked, as a hash. */
  question: z.string(),
  /** The candidate of it, where several were compared at once: each of them is a question of its own. */
  candidate: z.string().optional(),
  run: z.string(),
  /** ISO 8601, UTC. */
  at: z.string(),
  state: z.enum(['pass', 'fail', 'inconclusive']),
  /** Whether it was declared to be the only look. */
  only: z.boolean(),
  /**
   * What was tolerated of each claim: of those that failed where the run failed, else of all. A larger number
   * tolerates more.
   */
  tolerated: z.record(z.string(), z.number()).optional(),
  /** How the journal of the run began when it first looked: a copy that went its own way before has another one. */
  journal: z.object({ lines: z.int().nonnegative(), sha256: z.string() }).optional(),
});

/** One look that a log remembers. */
export type LookEntry = Omit<z.output<typeof lineSchema>, 'schema'>;

/** A run that looks: its id, and the lines of its journal so far. A copy of its folder has the same id. */
export interface LookingRun {
  readonly run: string;
  readonly journal: readonly string[];
}

/** How often somebody means to look at one question: once, which spends α whole, or until it is decided. */
export type Looks = 'one' | 'many';

/** What the evidence does not say of a question. */
export interface QuestionTerms {
  /** Name of the build under test. */
  readonly build: string | null;
  /** What the truth is, as far as it was declared. */
  readonly truth: readonly unknown[];
}

/**
 * The question of a run, as a hash: the same documents, in the same two backends, held against the same truth.
 * Queries, depth and margins are no part of it: to ask more of them is to look again. A build is known by the name
 * that somebody gave it.
 */
export function questionOf(evidence: EvidenceHashes, { build, truth }: QuestionTerms): string {
  const { corpus, incumbentDialect, candidateDialect, incumbentBackend, candidateBackend } =
    evidence;
  return createHash('sha256')
    .update(
      JSON.stringify([
        corpus,
        incumbentDialect,
        candidateDialect,
        incumbentBackend,
        candidateBackend,
        build,
        truth,
      ]),
    )
    .digest('hex');
}

/**
 * The looks that left a question open and were not decided since, oldest first. A pass decides those that tolerated at
 * least as much of every claim, a fail those that tolerated no more of a claim that failed: a pass at a wide margin says
 * nothing of a narrow one. Lines of others are passed over; a run that was killed after its look and gone on with has
 * two lines and is one look. Copies of one run that were gone on with apart are looks of their own. Looks at other
 * candidates, where several were compared at once, are left out; all count where the candidate is not known.
 */
export function openLooks({ lines }: AppendLog, question: string, candidate?: string): LookEntry[] {
  let open: LookEntry[] = [];
  for (const { value } of lines) {
    const { success, data } = lineSchema.safeParse(value);
    if (!success || data.question !== question) continue;
    const isOther = candidate !== undefined && candidate !== (data.candidate ?? candidate);
    if (isOther) continue;
    const others = open.filter((look) => !isSameLook(look, data));
    open =
      data.state === 'inconclusive'
        ? [...others, data]
        : others.filter((look) => !isDecidedBy(data, look));
  }
  return open;
}

function isDecidedBy(
  { state, tolerated: now }: LookEntry,
  { tolerated: then }: LookEntry,
): boolean {
  // Before it was noted what they tolerated, any answer decided them.
  if (now === undefined || then === undefined) return true;
  return state === 'pass'
    ? Object.entries(then).every(
        ([claim, much]) => (now[claim] ?? Number.POSITIVE_INFINITY) <= much,
      )
    : Object.entries(now).some(
        ([claim, much]) => (then[claim] ?? Number.POSITIVE_INFINITY) <= much,
      );
}

function isSameLook(one: LookEntry, other: LookEntry): boolean {
  return one.run === other.run && one.journal?.sha256 === other.journal?.sha256;
}

/** Whether a look is that of a run, before it was gone on with. */
function isLookOf({ run, journal }: LookingRun, look: LookEntry): boolean {
  if (look.run !== run) return false;
  if (look.journal === undefined) return true;
  return beginningOf(journal, look.journal.lines).sha256 === look.journal.sha256;
}

function beginningOf(journal: readonly string[], count: number): NonNullable<LookEntry['journal']> {
  const lines = Math.min(count, journal.length);
  const text = journal.slice(0, lines).join('\n');
  return { lines, sha256: createHash('sha256').update(text).digest('hex') };
}

/**
 * The next look at a question, with the level that it may spend. A line of the log that is not as it was written may have
 * been a look at it, and counts as one.
 * @throws UsageError where nothing is left to spend: of two looks one was declared to be the only one; and where another
 *   version of the suite has written to the log.
 */
export async function nextLook(
  log: string,
  question: string,
  looks: Looks,
  candidate?: string,
): Promise<Look> {
  return lookIn(await readAppendLog(log), { question, candidate }, looks);
}

/**
 * Requires that a run which is gone on with can still be judged at its look.
 * @throws UsageError where meanwhile nothing is left to spend, as `nextLook` does
 */
export async function requireUnspent(log: string, own: Omit<LookOfRun, 'at'>): Promise<void> {
  lookIn(await readAppendLog(log), own, looksOf(own.planned), own);
}

function looksOf(planned: Look): Looks {
  return isOnlyLook(planned) ? 'one' : 'many';
}

/** The same in a log that was read; `own`: the run whose look it is, where it may be on record. */
function lookIn(
  read: AppendLog,
  { question, candidate }: Pick<LookOfRun, 'question' | 'candidate'>,
  looks: Looks,
  own?: LookingRun,
): Look {
  requireVersion(read, LOOK_SCHEMA);
  const open = openLooks(read, question, candidate).filter(
    (look) => own === undefined || !isLookOf(own, look),
  );
  const unread = read.damaged.filter(({ kind }) => kind !== 'doubled');
  const before = open.find(({ only }) => looks === 'one' || only);
  if (before !== undefined) {
    throw new UsageError(
      'look-spent',
      `${read.path}: run ${before.run} of ${before.at.slice(0, 10)} has looked at this question and left it open${before.only ? ', as the only look' : ''}`,
      {
        hint: before.only
          ? 'that look has spent all that there is: ask another question (other documents, or another build, named by build in the configuration)'
          : own === undefined
            ? "it is not the only look: leave out looks: 'one', or name another build by build in the configuration"
            : "this run was begun as the only look and cannot be judged any more: start a new one without looks: 'one', or name another build by build in the configuration",
        context: { run: before.run },
      },
    );
  }
  const [damage] = unread;
  if (damage !== undefined && looks === 'one') {
    throw new UsageError('look-unread', `${damage.message}: it may be of a look at this question`, {
      hint: "leave out looks: 'one', and the line counts as a look; or restore the file as it was written",
    });
  }
  const number = open.length + unread.length + 1;
  return { number, alpha: looks === 'one' ? ALPHA : alphaOfLook(number) };
}

/** A run that is about to be judged, and the look that it was when it began. */
export interface LookOfRun extends LookingRun {
  readonly question: string;
  /** The candidate by its name; undefined where it is not known. */
  readonly candidate?: string | undefined;
  /** Whether others were compared at the same time, of which each is a question of its own. */
  readonly isOneOfSeveral?: boolean | undefined;
  /** ISO 8601, UTC. */
  readonly at: string;
  readonly planned: Look;
}

/** The answer at a look, and what it makes of the question: nothing where the state is null. */
export interface AnswerAtLook<Answer> extends Pick<LookEntry, 'tolerated'> {
  readonly answer: Answer;
  readonly state: LookEntry['state'] | null;
}

/** How others are waited for that judge their look at the same time. */
const TURN = { waitMs: 60_000 };

/**
 * Judges a run at the look that it turns out to be, and remembers the look. Runs may be measured at the same time: the
 * one that is judged later looks later, and spends less. Remembered are looks that left their question open, and that a
 * question which was open is decided; all else needs no line.
 * @throws UsageError where meanwhile nothing is left to spend; InfrastructureError where the disk refuses.
 */
export async function settleLook<Answer>(
  log: string,
  { question, candidate, isOneOfSeveral = false, run, at, journal, planned }: LookOfRun,
  judge: (look: Look) => AnswerAtLook<Answer>,
): Promise<{ readonly look: Look; readonly answer: Answer }> {
  // A run may be gone on with from elsewhere.
  await makeFolder(dirname(log));
  return await withFileLock(
    await lockOf(log),
    async () => {
      const only = isOnlyLook(planned);
      const own = { run, journal };
      const read = await readAppendLog(log);
      const now = lookIn(read, { question, candidate }, looksOf(planned), own);
      const look = now.number > planned.number ? now : planned;
      const { answer, state, tolerated } = judge(look);
      const open = openLooks(read, question, candidate);
      if (state === 'inconclusive' || (state !== null && open.length > 0)) {
        const before = open.find((entry) => isLookOf(own, entry));
        const began = before === undefined ? beginningOf(journal, journal.length) : before.journal;
        const noted = { state, only, tolerated, journal: began };
        const of = { question, ...(isOneOfSeveral ? { candidate } : {}), run, at };
        const line = { schema: LOOK_SCHEMA, ...of, ...noted };
        await appendToLog(log, [line], { sealed: true, lock: false });
      }
      return { look, answer };
    },
    TURN,
  );
}
