import type { RecordLayout, RecordRole } from '../records/layout.ts';
import type { FieldSurvey, PlacedRecord } from '../records/survey.ts';
import type { Description, ListBlock, RowBlock } from '../types.ts';

/** A format that a library parses. */
export type ConfinedFormat = 'hdf5' | 'parquet' | 'arrow';

/** What a confined reader is asked for. */
export type ConfinedQuestion =
  | { readonly kind: 'describe' }
  | { readonly kind: 'fields' }
  | { readonly kind: 'rows'; readonly role: RecordRole; readonly layout: RecordLayout | null }
  | { readonly kind: 'records'; readonly names: readonly string[] }
  | { readonly kind: 'lists' };

/** What a confined reader is started with. */
export interface ConfinedTask {
  readonly format: ConfinedFormat;
  /** What messages name. */
  readonly path: string;
  /** Where the bytes are. */
  readonly at: string;
  readonly sizeBytes: number;
  readonly ask: ConfinedQuestion;
}

/** What a confined reader says; after each block it waits to be asked for the next. */
export type ConfinedReply =
  | { readonly kind: 'description'; readonly description: Description }
  | { readonly kind: 'fields'; readonly fields: FieldSurvey }
  | { readonly kind: 'rows'; readonly block: RowBlock }
  | { readonly kind: 'records'; readonly records: readonly PlacedRecord[] }
  | { readonly kind: 'lists'; readonly block: ListBlock }
  | { readonly kind: 'end' }
  | {
      readonly kind: 'problem';
      readonly code: string;
      readonly message: string;
      readonly hint: string;
    };
