import { z } from 'zod';

const side = z.object({
  /** What the side is asked with; null: what it does by itself. */
  effort: z.int().positive().nullable(),
  /** Its own name for it; null where it has none. */
  effortName: z.string().nullable(),
  /** Whether the half that was tried on shows as much recall as was asked for. */
  isEnough: z.boolean(),
});

/** The efforts that were found before measuring, as `efforts.json` holds them. */
export const effortsSchema = z.object({
  /** Recall that was looked for, in the mean. */
  target: z.number(),
  /** Whether it is the incumbent's own. */
  ofIncumbent: z.boolean(),
  cell: z.enum(['search', 'retrieve']),
  sides: z.object({ incumbent: side, candidate: side }),
  /** Needs that efforts were checked on; all others were tried on. */
  checkedNeeds: z.array(z.string()),
  /** Every trial, by the number of its block: the last one of each side is the check. */
  trials: z.array(
    z.object({
      side: z.enum(['incumbent', 'candidate']),
      block: z.int().nonnegative(),
      effort: z.int().positive().nullable(),
      half: z.enum(['tried', 'checked']),
      recall: z.number().nullable(),
    }),
  ),
});

export type RecordedEfforts = z.output<typeof effortsSchema>;

/** Name of the file that holds them. */
export const EFFORTS_FILE = 'efforts.json';
