import { z } from 'zod';

/** What the values of a cell are: `share` lies in [0, 1], `ms` and `s` are times above 0, `MiB` is a size. */
const unitSchema = z.enum(['share', 'ms', 's', 'MiB']);

/** Units of what is there once for each build of an index, not once for each query. */
const BY_BUILD: ReadonlySet<string> = new Set(['s', 'MiB']);

/** Figures of one setting. */
const cellSchema = z
  .strictObject({
    setting: z.string(),
    /** `recall@10`, `nDCG@10`, `latency`, `build` … */
    measure: z.string(),
    unit: unitSchema,
    /** One value a query, in the order of the group's queries; of `s` and `MiB`, one a build. Undefined values are null. */
    values: z.array(z.number().min(0).nullable()),
  })
  .refine(({ unit, values }) => unit !== 'share' || values.every((value) => (value ?? 0) <= 1), {
    error: 'a share above 1',
  });

const groupSchema = z.strictObject({
  /** Collection, with its size. */
  name: z.string(),
  /** sha256 of documents, queries and judgments as their manifest pins them. */
  corpus: z.strictObject({ documents: z.string(), queries: z.string(), judgments: z.string() }),
  /** Setting that the others are held against, query by query. */
  against: z.string(),
  /** Queries that follow each other were asked in blocks of so many; null where nothing was timed. */
  queriesPerBlock: z.int().positive().nullable(),
  /** Settings are meant to have equal recall: how far apart they may be; absent where they are not. */
  equalWithin: z.number().positive().optional(),
  cells: z.array(cellSchema).min(1),
});

/** A stored study: every value of every query, so that each figure of its page can be computed again. */
export const studySchema = z.strictObject({
  version: z.literal(2),
  title: z.string(),
  question: z.string(),
  /** What makes it. */
  command: z.string(),
  date: z.string(),
  machine: z.string(),
  method: z.array(z.string()),
  doesNotShow: z.array(z.string()).min(1),
  groups: z.array(groupSchema).min(1),
});

export type Study = z.infer<typeof studySchema>;
export type StudyGroup = Study['groups'][number];
export type StudyCell = StudyGroup['cells'][number];

/** Whether the values of a cell are those of builds of an index, and not of queries. */
export function isByBuild({ unit }: StudyCell): boolean {
  return BY_BUILD.has(unit);
}

/** Values of a cell that are defined. */
export function definedOf({ values }: StudyCell): number[] {
  return values.filter((value) => value !== null);
}

/** The cell of the same measure that a cell is held against; null for that cell itself and where there is none. */
export function againstOf({ against, cells }: StudyGroup, cell: StudyCell): StudyCell | null {
  const other = cells.find(
    ({ setting, measure }) => setting === against && measure === cell.measure,
  );
  return other === undefined || other === cell ? null : other;
}
