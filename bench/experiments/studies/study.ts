import { z } from 'zod';

/** Figures of one setting, one value a query in the order of the group's queries. */
const cellSchema = z.strictObject({
  setting: z.string(),
  /** `recall@10`, `nDCG@10` …: all lie in [0, 1]. */
  measure: z.string(),
  /** Undefined values are null. */
  values: z.array(z.number().min(0).max(1).nullable()),
});

const groupSchema = z.strictObject({
  /** Collection, with its size. */
  name: z.string(),
  /** sha256 of documents, queries and judgments as their manifest pins them. */
  corpus: z.strictObject({ documents: z.string(), queries: z.string(), judgments: z.string() }),
  /** Setting that the others are held against, query by query. */
  against: z.string(),
  cells: z.array(cellSchema).min(1),
});

/** A stored study: every value of every query, so that each figure of its page can be computed again. */
export const studySchema = z.strictObject({
  version: z.literal(1),
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
