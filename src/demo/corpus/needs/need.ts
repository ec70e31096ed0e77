import type { Filter } from '../../../corpus/types.ts';
import type { JOBS } from '../jobs.ts';
import type { WORKERS } from '../workers.ts';
import type { Question, Wording } from './questions.ts';

/** Slices that a need of its own kind falls into. */
export type NeedKind =
  | 'plain'
  | 'role+place'
  | 'skills'
  | 'long-prose'
  | 'filtered-1%'
  | 'filtered-10%'
  | 'filtered-50%'
  | 'several-corpora';

/** One thing somebody wants to find: what every wording of it asks, where, and under which filter. */
export interface Need {
  readonly kind: NeedKind;
  readonly asked: Question;
  readonly wording: Wording;
  readonly collections: readonly (typeof WORKERS | typeof JOBS)[];
  readonly filter: Filter | null;
}

/** A text that two needs share exactly when they ask the same. */
export function needIdentity({ asked, collections, filter }: Need): string {
  return JSON.stringify([
    asked.role?.title ?? null,
    asked.place ?? null,
    asked.state ?? null,
    asked.skills === undefined ? null : skillKey(asked),
    asked.certification ?? null,
    asked.shift ?? null,
    asked.minYears ?? null,
    collections,
    filter,
  ]);
}

// Where no role is asked the first skill is the core, so its place in the list matters.
function skillKey({ role, skills = [] }: Question): readonly string[] {
  return role === null ? [...skills.slice(0, 1), ...skills.slice(1).sort()] : [...skills].sort();
}
