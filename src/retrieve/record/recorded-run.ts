import { z } from 'zod';
import type { Declared } from '../../attribution/types.ts';
import { dictionary } from '../../corpus/dictionary.ts';
import { storedKey } from '../../corpus/document-key.ts';
import { loadCorpus } from '../../corpus/load.ts';
import { CORPUS_METRICS, type Corpus } from '../../corpus/types.ts';
import {
  HARNESS_FLOOR_FILE,
  type HarnessFloor,
  harnessFloorSchema,
} from '../../observe/floor/harness-floor.ts';
import type { ListingFinding } from '../../parity/findings.ts';
import { type CutTexts, cutTextsOf } from '../../record/cut-texts.ts';
import { requireKind } from '../../record/run/require-kind.ts';
import type { RunReader } from '../../record/run/run-reader.ts';
import type { Observation, Side, VectorTable } from '../../record/types.ts';
import { usageErrorOf } from '../../schema-error.ts';
import { withStandIns } from '../../sides/stand-ins.ts';
import type { Look } from '../../stats/decisions/spent-alpha.ts';
import { EFFORTS_FILE, effortsSchema, type RecordedEfforts } from '../equal-recall/record.ts';
import { readListing, requireStoredVectors } from '../listing/read-listing.ts';

const cellSchema = z.object({
  cell: z.enum(['search', 'retrieve']),
  incumbentPath: z.string(),
  candidatePath: z.string(),
  /** In a run that may stop early: the most that would be asked. */
  planned: z.object({ needs: z.int().nonnegative(), queries: z.int().nonnegative() }).optional(),
});

/** What a run set out to ask, written to `plan.json` before the first request. */
export const runPlanSchema = z.object({
  k: z.int().positive(),
  seed: z.int(),
  corpus: z.object({
    documents: dictionary(z.string()),
    queries: z.string(),
    judgments: z.string(),
  }),
  cells: z.array(cellSchema),
  queryIds: z.array(z.string()),
  censusKeys: z.array(z.string().transform(storedKey)),
  throughputConcurrency: z.int().positive(),
  /** Which look at its question the run is, and the level of its gates; absent before looks were counted. */
  look: z
    .object({
      question: z.string(),
      number: z.int().positive(),
      alpha: z.number().gt(0).lt(1),
      /** Whether other candidates were compared at the same time; absent where not. */
      isOneOfSeveral: z.literal(true).exactOptional(),
    })
    .exactOptional(),
  /** What the lists are held against, as far as it is not the exact neighbours by the corpus's own metric. */
  truth: z
    .object({
      source: z.enum(['exact', 'judgments', 'stored']),
      metric: z.enum(CORPUS_METRICS).exactOptional(),
      /** What was declared of the incumbent's search, a clause each. */
      declared: z.array(z.string()),
    })
    .exactOptional(),
  /** Queries that a side cannot express, and that nobody was asked; absent where there are none. */
  leftOut: z
    .array(
      z.object({
        cell: z.enum(['search', 'retrieve']),
        side: z.enum(['incumbent', 'candidate']),
        why: z.string(),
        queries: z.int().positive(),
      }),
    )
    .exactOptional(),
  /** Collections that a side says it ranks by another metric; absent where there are none. */
  otherMetrics: z
    .array(
      z.object({
        side: z.enum(['incumbent', 'candidate']),
        collection: z.string(),
        distance: z.string(),
      }),
    )
    .exactOptional(),
});

export type RecordedPlan = z.output<typeof runPlanSchema>;

function metricOf({ truth }: RecordedPlan): Pick<Corpus, 'metric'> {
  return truth?.metric === undefined ? {} : { metric: truth.metric };
}

/** The look that a run was, as its verdict says it; null before looks were counted. */
export function lookOf({ look }: RecordedPlan): Look | null {
  return look === undefined ? null : { number: look.number, alpha: look.alpha };
}

/** Names of the vectors of texts that were embedded a second time. */
const AGAIN = ['incumbent-again', 'candidate-again'] as const;

/** A run as it was recorded: everything that findings are derived from. */
export interface RecordedRun {
  readonly plan: RecordedPlan;
  readonly corpus: Corpus;
  readonly observations: readonly Observation[];
  readonly vectors: {
    readonly documents: Readonly<Record<Side, VectorTable>>;
    readonly queries: Readonly<Record<Side, VectorTable>>;
    /** Texts that were embedded a second time, where an attribution asked for it. */
    readonly again?: Readonly<Record<Side, VectorTable>>;
  };
  /** What the backends said of themselves; absent until the run's manifest is written. */
  readonly declared?: Readonly<Record<Side, Declared>>;
  /** Efforts at which both sides have equal recall; absent where that was not asked for. */
  readonly efforts?: RecordedEfforts;
  /** The vectors that the incumbent stores, where truth is made from them. */
  readonly stored?: VectorTable;
  /** What both stores list; absent where a side cannot be listed. */
  readonly listing?: ListingFinding;
  /** Texts that were cut to what a side embeds; absent where none was. */
  readonly cutTexts?: CutTexts;
  /** How long requests to nothing took; absent where that was not measured. */
  readonly floor?: HarnessFloor;
  /** False where the run was interrupted or killed. */
  readonly complete: boolean;
}

/**
 * Reads a run back from its folder alone.
 * @throws UsageError where the run is of another kind, or a part is missing or damaged.
 */
export async function readRecordedRun(reader: RunReader): Promise<RecordedRun> {
  requireKind(reader, 'retrieve');
  const plan = runPlanSchema.safeParse(await reader.json('plan.json'));
  if (!plan.success) {
    throw usageErrorOf(plan.error, {
      code: 'run-plan',
      where: `${reader.folder}/plan.json`,
      whole: 'plan',
    });
  }
  // As the run was asked: documents without a text had a stand-in for one.
  const loaded = withStandIns(await loadCorpus(await reader.corpusFolder()));
  const corpus = { ...loaded, ...metricOf(plan.data) };
  const documents = {
    incumbent: await reader.vectors('incumbent-documents'),
    candidate: await reader.vectors('candidate-documents'),
  };
  const cutTexts = cutTextsOf(reader.journal);
  const listing = await readListing(reader, corpus, documents);
  const stored = plan.data.truth?.source === 'stored' ? await requireStoredVectors(reader) : null;
  return {
    plan: plan.data,
    corpus,
    observations: await reader.observations(),
    vectors: {
      documents,
      queries: {
        incumbent: await reader.vectors('incumbent-queries'),
        candidate: await reader.vectors('candidate-queries'),
      },
      ...(AGAIN.every((name) => reader.vectorNames().includes(name))
        ? {
            again: {
              incumbent: await reader.vectors(AGAIN[0]),
              candidate: await reader.vectors(AGAIN[1]),
            },
          }
        : {}),
    },
    ...(reader.has(EFFORTS_FILE)
      ? { efforts: effortsSchema.parse(await reader.json(EFFORTS_FILE)) }
      : {}),
    ...(reader.has(HARNESS_FLOOR_FILE)
      ? { floor: harnessFloorSchema.parse(await reader.json(HARNESS_FLOOR_FILE)) }
      : {}),
    ...(listing === null ? {} : { listing }),
    ...(stored === null ? {} : { stored }),
    ...(reader.description === null ? {} : { declared: reader.description.backends }),
    ...(Object.keys(cutTexts).length === 0 ? {} : { cutTexts }),
    complete: reader.description?.status === 'complete' && reader.lost.length === 0,
  };
}
