/** What the process that runs SQL is told first: which database, and where its copy is. */
export interface OpenOrder {
  readonly type: 'open';
  readonly kind: 'rust' | 'go';
  /** The copy that it reads; nothing is written to it. */
  readonly file: string;
  readonly maxRows: number;
}

/** One statement; the next one is sent once it is answered. */
export interface StatementOrder {
  readonly type: 'run';
  readonly sql: string;
}

/** How an order ended. */
export type SqlReport =
  | { readonly type: 'opened' }
  | { readonly type: 'answer'; readonly text: string }
  | { readonly type: 'refused'; readonly status: 400 | 403; readonly message: string }
  | { readonly type: 'failed'; readonly message: string };
