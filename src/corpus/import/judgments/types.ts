/** One judgment as it was read. */
export interface JudgmentRow {
  /** `path:line` or `path: row N`. */
  readonly place: string;
  readonly queryId: string;
  readonly documentId: string;
  readonly grade: number;
}

/** Usual names of the columns of judgments, first come, first taken. */
export const JUDGMENT_NAMES = {
  query: ['query-id', 'query_id', 'queryid', 'qid', 'query', 'topic', 'topic_id', 'q_id'],
  document: [
    ...['corpus-id', 'corpus_id', 'corpusid', 'doc_id', 'doc-id', 'docid', 'document_id'],
    ...['document-id', 'docno', 'passage_id', 'pid', 'document', 'doc', 'para_id'],
  ],
  grade: ['score', 'relevance', 'rel', 'grade', 'label', 'judgment', 'judgement', 'relevancy'],
} as const;
