import './onnx/no-telemetry.ts';

export {
  CAPTURE_DEFAULTS,
  type CaptureConfig,
  type CaptureJobOptions,
  type CaptureResult,
  capture,
} from './capture/job/capture.ts';
export {
  type BaselineConfig,
  type BaselineOptions,
  type BaselineResult,
  compareWithCapture,
} from './capture/job/compare-baseline.ts';
export { type Config, configFrom, type Origins, resolveConfig } from './config/resolve.ts';
export { defineConfig, type UserConfig } from './config/schema.ts';
export { matchesFilter } from './corpus/filter.ts';
export { loadCorpus } from './corpus/load.ts';
export type * from './corpus/types.ts';
export {
  CUTOVER_DEFAULTS,
  type CutoverConfig,
  type CutoverOptions,
  type CutoverResult,
  cutover,
  type OpenFrontend,
} from './cutover/job/cutover.ts';
export { type DriftOptions, type DriftResult, drift } from './drift/job/drift.ts';
export { loadEncoder } from './embed/encoder.ts';
export type { Encoder, TextKind } from './embed/types.ts';
export { BenchError, EXIT, type ExitCode, InfrastructureError, UsageError } from './errors.ts';
export { evaluateGates } from './gate/evaluate.ts';
export { gateOf } from './gate/gate-kind.ts';
export type { LoadVerdict } from './gate/load/judge-load.ts';
export { type OwnClaim, type OwnGates, ownGate } from './gate/own/own-gate.ts';
export type { GateResult, JudgedGate, Verdict } from './gate/verdict.ts';
export { type LoadOptions, type LoadResult, load } from './load/job/load.ts';
export { LOAD_DEFAULTS, type LoadPlan } from './load/plan.ts';
export type { ListReference } from './metrics/list-metrics.ts';
export type { OwnMetric } from './metrics/own-metric.ts';
export { firstDivergentRank } from './metrics/ranking/first-divergent-rank.ts';
export { footrule } from './metrics/ranking/footrule.ts';
export { kendallTopK } from './metrics/ranking/kendall-topk.ts';
export { reciprocalRankAtK } from './metrics/ranking/mrr.ts';
export { ndcgAtK } from './metrics/ranking/ndcg.ts';
export { rankBiasedOverlap } from './metrics/ranking/rbo.ts';
export { recallAtK } from './metrics/ranking/recall.ts';
export { setAgreementAtK } from './metrics/ranking/set-agreement.ts';
export { thresholdRecallAtK, tieAwareRecallAtK } from './metrics/ranking/tie-aware-recall.ts';
export { top1Agreement } from './metrics/ranking/top1-agreement.ts';
export { kendallTau } from './metrics/scores/kendall-tau.ts';
export { scoreDrift } from './metrics/scores/score-drift.ts';
export { vectorParity } from './metrics/vectors/embedding-parity.ts';
export type { Pair } from './observe/ask.ts';
export {
  connectBackends,
  type OpenBackends,
  type OpenBackendsOf,
} from './observe/open-backends.ts';
export type { JobOptions } from './observe/with-backends.ts';
export type * from './parity/findings.ts';
export type { ProbeResult } from './probes/job/carry-out.ts';
export { type HealthOptions, type HealthResult, health } from './probes/job/health.ts';
export { type PairCanariesResult, pairCanaries } from './probes/job/pair-canaries.ts';
export { type ProbeOptions, type ProbesResult, probe } from './probes/job/probe.ts';
export { type Stack, stackOfPair } from './probes/job/stack.ts';
export type { RequestedProbe } from './probes/job/tasks.ts';
export { NO_PROGRESS, type Progress } from './progress.ts';
export { openRun } from './record/run/open-run.ts';
export type { Arm, Cell, Observation, Phase, Side, VectorTable } from './record/types.ts';
export {
  type ReplayConfig,
  type ReplayOptions,
  type ReplayResult,
  replayCapture,
} from './replay/job/replay.ts';
export type { JudgedReport, ShownGate, ShownVerdict } from './report/judged.ts';
export type * from './report/model.ts';
export { renderCsv } from './report/render/csv.ts';
export { renderCtrf } from './report/render/ctrf.ts';
export { renderHtml } from './report/render/html.ts';
export { renderJunit } from './report/render/junit.ts';
export { renderMarkdown } from './report/render/markdown.ts';
export { renderPrometheus } from './report/render/prometheus.ts';
export { renderTerminal, type TerminalOptions } from './report/render/terminal.ts';
export { retrieveReport } from './report/retrieve-report.ts';
export { type ReportedRun, type RescoredRun, reportRun, rescore } from './rescore.ts';
export type { CandidatesFindings } from './retrieve/candidates/findings.ts';
export {
  type CandidatesResult,
  retrieveCandidates,
} from './retrieve/candidates/retrieve-candidates.ts';
export {
  type ComparedRuns,
  type CompareOptions,
  compareStoredRuns,
} from './retrieve/compare-stored-runs.ts';
export { type ExplainedRun, type ExplainOptions, explainRun } from './retrieve/explain-run.ts';
export { type ExportedRun, exportTrec } from './retrieve/export-trec.ts';
export { gateRun } from './retrieve/gate-run.ts';
export { type JudgedRun, judgeRun } from './retrieve/judge-run.ts';
export { type RetrieveOptions, retrieve } from './retrieve/retrieve.ts';
export type {
  JudgedRetrieval,
  RetrieveResult,
  UnmeasuredRetrieval,
} from './retrieve/retrieve-result.ts';
export { type ShadowResult, shadow } from './shadow/job/shadow.ts';
export {
  SHADOW_DEFAULTS,
  type ShadowConfig,
  type ShadowOptions,
} from './shadow/job/shadow-config.ts';
export { corpusVectors } from './sides/corpus-vectors.ts';
export { type LocalOnnxOptions, localOnnx } from './sides/local-onnx.ts';
export { gateDecision } from './stats/decisions/gate-decision.ts';
export { needsIfIdentical, needsToDecide } from './stats/decisions/needs-to-decide.ts';
export { meanBounds } from './stats/intervals/bounded-mean-bound.ts';
export { signedRankRatio } from './stats/intervals/signed-rank-ratio.ts';
export type { SweepFindings } from './sweep/find/findings.ts';
export { type FillOptions, type FillResult, fillBackends } from './sweep/job/ingest.ts';
export type { SweepOptions, SweepResult } from './sweep/job/options.ts';
export { sweep } from './sweep/job/sweep.ts';
export { exactTopK } from './truth/exact.ts';
export type { TruthList } from './truth/types.ts';
export { type AdaptedDialectOptions, adaptedDialect } from './wire/adapted-dialect.ts';
export type { Backend, BackendStorage, CallName, Operation } from './wire/backend.ts';
export { backendOfUrl, backendSchemes } from './wire/backends.ts';
export { call } from './wire/call.ts';
export {
  type Capabilities,
  capabilitiesOf,
  type OperationName,
  type QueryForms,
} from './wire/capabilities.ts';
export { chroma } from './wire/chroma/chroma.ts';
export type { ChromaOptions } from './wire/chroma/options.ts';
export { type ComposeOptions, compose } from './wire/compose.ts';
export {
  type Described,
  type Dialect,
  type EncodeContext,
  type Handle,
  MalformedReplyError,
  RejectedReplyError,
  type Route,
  UnsupportedRequestError,
  type WireReply,
  type WireRequest,
} from './wire/dialect.ts';
export { cohere } from './wire/embedders/cohere.ts';
export type { EmbedderOptions } from './wire/embedders/embedder.ts';
export { ollama } from './wire/embedders/ollama.ts';
export { type OpenaiOptions, openai } from './wire/embedders/openai.ts';
export { type TeiOptions, textEmbeddingsInference } from './wire/embedders/tei.ts';
export {
  adaptBytes,
  adaptResponse,
  type FieldMapping,
  type FieldOperation,
} from './wire/field-mapping.ts';
export { type HnswOptions, hnsw } from './wire/hnsw/hnsw.ts';
export type { HttpAccess, TlsOptions } from './wire/http/access.ts';
export { type HttpBackend, type HttpOptions, http } from './wire/http/http-backend.ts';
export { type GoLakehouseOptions, goLakehouse } from './wire/lakehouse/go-lakehouse.ts';
export { rustLakehouse } from './wire/lakehouse/rust-lakehouse.ts';
export { type LancedbOptions, lancedb } from './wire/lancedb/lancedb.ts';
export { elasticsearch } from './wire/lucene/elasticsearch.ts';
export { opensearch } from './wire/lucene/opensearch.ts';
export type { ElasticsearchOptions, LuceneOptions } from './wire/lucene/options.ts';
export { type MariadbOptions, mariadb } from './wire/mariadb/mariadb.ts';
export { type MeilisearchOptions, meilisearch } from './wire/meilisearch/meilisearch.ts';
export { milvus } from './wire/milvus/milvus.ts';
export type { MilvusOptions } from './wire/milvus/options.ts';
export { type MongodbOptions, mongodb } from './wire/mongodb/mongodb.ts';
export type * from './wire/operations.ts';
export type { Outcome, OutcomeKind } from './wire/outcome.ts';
export { type PineconeOptions, pinecone } from './wire/pinecone/pinecone.ts';
export { type PgliteOptions, pglite } from './wire/postgres/pglite.ts';
export { type PgvectorOptions, pgvector } from './wire/postgres/pgvector.ts';
export type { QdrantOptions } from './wire/qdrant/options.ts';
export { qdrant } from './wire/qdrant/qdrant.ts';
export { type RedisVectorSetOptions, redisVectorSet } from './wire/redis/redis.ts';
export { type SqliteVecOptions, sqliteVec } from './wire/sqlite-vec/sqlite-vec.ts';
export { type TurbopufferOptions, turbopuffer } from './wire/turbopuffer/turbopuffer.ts';
export { type TypesenseOptions, typesense } from './wire/typesense/typesense.ts';
export { type VespaOptions, vespa } from './wire/vespa/vespa.ts';
export { type WeaviateOptions, weaviate } from './wire/weaviate/weaviate.ts';
