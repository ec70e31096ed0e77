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
  query: [
    ...['query-id', 'query_id', 'queryid', 'qid', 'query', 'topic', 'topic_id', 'topic-id', 'q_id'],
    ...['question_id', 'question-id'],
  ],
  document: [
    ...['corpus-id', 'corpus_id', 'corpusid', 'doc_id', 'doc-id', 'docid', 'document_id'],
    ...['document-id', 'docno', 'passage_id', 'passage-id', 'pid', 'document', 'doc', 'para_id'],
    ...['passage', 'product_id', 'item_id'],
  ],
  grade: [
    ...['score', 'relevance', 'rel', 'grade', 'label', 'judgment', 'judgement', 'relevancy'],
    ...['relevant', 'is_relevant', 'rating', 'gain'],
  ],
} as const;

/** Usual names of fields that list the relevant documents of a query, or hold their grades by id. */
export const LISTED_NAMES: readonly string[] = [
  ...['relevant', 'relevant_ids', 'relevant_docs', 'relevant_doc_ids', 'relevant_documents'],
  ...['relevant_document_ids', 'relevant_passages', 'relevant_passage_ids', 'positives'],
  ...['positive_ids', 'positive_docs', 'positive_doc_ids', 'positive_passages', 'gold'],
  ...['gold_ids', 'gold_docs', 'qrels', 'judgments', 'judgements', 'doc_ids', 'docids'],
  ...['document_ids', 'corpus_ids', 'corpus-ids', 'passage_ids', 'relevance', 'grades', 'labels'],
];
