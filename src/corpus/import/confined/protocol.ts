import type { ImportMetric, ImportRole, ListBlock, RowBlock } from '../types.ts';

/** What a confined reader is started with. */
export interface ConfinedTask {
  readonly format: 'hdf5' | 'parquet' | 'arrow';
  readonly path: string;
  readonly sizeBytes: number;
  readonly columns: { readonly id?: string; readonly text?: string; readonly vector?: string };
  readonly ask: 'describe' | 'documents' | 'queries' | 'lists';
}

/** What a file says of itself. */
export interface Description {
  readonly roles: readonly ImportRole[];
  readonly metric: ImportMetric | null;
}

/** What a confined reader says; after each block it waits to be asked for the next. */
export type ConfinedReply =
  | { readonly kind: 'description'; readonly description: Description }
  | { readonly kind: 'rows'; readonly block: RowBlock }
  | { readonly kind: 'lists'; readonly block: ListBlock }
  | { readonly kind: 'end' }
  | {
      readonly kind: 'problem';
      readonly code: string;
      readonly message: string;
      readonly hint: string;
    };
