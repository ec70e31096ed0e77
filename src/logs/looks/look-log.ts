import { createHash } from 'node:crypto';
import { z } from 'zod';
import { UsageError } from '../../errors.ts';
import { type AppendLog, appendToLog, readAppendLog } from '../../record/append-log.ts';
import { ALPHA, alphaOfLook, type Look } from '../../stats/decisions/spent-alpha.ts';
import type { EvidenceHashes } from '../ledger/row.ts';

/** Name and version of a line of the log. */
export const LOOK_SCHEMA = 'retrieval-parity/look@1';

const lineSchema = z.object({
  schema: z.literal(LOOK_SCHEMA),
  /** What was asked, as a hash. */
  question: z.string(),
  run: z.string(),
  /** ISO 8601, UTC. */
  at: z.string(),
  state: z.enum(['pass', 'fail', 'inconclusive']),
  /** Whether it was declared to be the only look. */
  only: z.boolean(),
});

/** One look that a log remembers. */
export type LookEntry = Omit<z.output<typeof lineSchema>, 'schema'>;

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

/** The looks that left a question open since it was last decided, oldest first. Lines of others are passed over. */
export function openLooks({ lines }: AppendLog, question: string): LookEntry[] {
  let open: LookEntry[] = [];
  for (const { value } of lines) {
    const { success, data } = lineSchema.safeParse(value);
    if (!success || data.question !== question) continue;
    open = data.state === 'inconclusive' ? [...open, data] : [];
  }
  return open;
}

/**
 * The next look at a question, with the level that it may spend. A line of the log that is not as it was written may have
 * been a look at it, and counts as one.
 * @throws UsageError where nothing is left to spend: of two looks one was declared to be the only one.
 */
export async function nextLook(log: string, question: string, looks: Looks): Promise<Look> {
  const read = await readAppendLog(log);
  const open = openLooks(read, question);
  const unread = read.damaged.filter(({ kind }) => kind !== 'doubled');
  const before = open.find(({ only }) => looks === 'one' || only);
  if (before !== undefined) {
    throw new UsageError(
      'look-spent',
      `${log}: run ${before.run} of ${before.at.slice(0, 10)} has looked at this question and left it open${before.only ? ', as the only look' : ''}`,
      {
        hint: before.only
          ? 'that look has spent all that there is: ask another question (other documents, or another build, named by build in the configuration)'
          : "it is not the only look: leave out looks: 'one', or name another build by build in the configuration",
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

/**
 * Remembers a look that left its question open, and that a question which was open is decided; all else needs no line.
 * @throws InfrastructureError where the disk refuses.
 */
export async function rememberLook(log: string, look: LookEntry): Promise<void> {
  if (
    look.state !== 'inconclusive' &&
    openLooks(await readAppendLog(log), look.question).length === 0
  ) {
    return;
  }
  await appendToLog(log, [{ schema: LOOK_SCHEMA, ...look }], { sealed: true });
}
