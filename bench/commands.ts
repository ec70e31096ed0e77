import type { CommandGroup } from './command.ts';

/** Every command, in the order in which help lists them. */
export const COMMANDS: readonly CommandGroup[] = [
  {
    heading: 'Compare two backends:',
    commands: [
      {
        name: 'retrieve',
        summary:
          'compare search and retrieve of two backends: answers, quality, latency; then judge',
        load: async () => (await import('./backends/retrieve.ts')).retrieveCommand,
      },
      {
        name: 'plan',
        summary: 'what retrieve would ask, how long it takes, and the losses that it could show',
        load: async () => (await import('./backends/plan.ts')).planCommand,
      },
      {
        name: 'all',
        summary: 'probe every endpoint, run the main job, and log which have cleared parity',
        load: async () => (await import('./backends/all.ts')).allCommand,
      },
      {
        name: 'load',
        summary: 'put two backends under the same open-loop load',
        load: async () => (await import('./backends/load.ts')).loadCommand,
      },
      {
        name: 'sweep',
        summary:
          'recall against speed of one backend or several, over efforts and index parameters',
        load: async () => (await import('./backends/sweep.ts')).sweepCommand,
      },
      {
        name: 'ingest',
        summary: 'put a corpus into backends, and say how long building took',
        load: async () => (await import('./backends/ingest.ts')).ingestCommand,
      },
      {
        name: 'drift',
        summary: 'find how the responses of two backends differ, field by field',
        load: async () => (await import('./backends/drift.ts')).driftCommand,
      },
      {
        name: 'cutover',
        summary: 'prove that the candidate behind the frontend leaves the incumbent alone',
        load: async () => (await import('./backends/cutover.ts')).cutoverCommand,
      },
      {
        name: 'slice',
        summary: 'the former name of cutover',
        isHidden: true,
        load: async () => (await import('./backends/cutover.ts')).formerCutoverCommand,
      },
      {
        name: 'frontend',
        summary: 'pass /api/* to the incumbent and, where one is named, /_go/* to the candidate',
        load: async () => (await import('./backends/frontend.ts')).frontendCommand,
      },
    ],
  },
  {
    heading: 'Your own traffic:',
    commands: [
      {
        name: 'capture',
        summary:
          'make queries of logs, with how often and when each was asked and what was answered',
        load: async () => (await import('./traffic/capture.ts')).captureCommand,
      },
      {
        name: 'replay',
        summary: 'put captured arrivals to both sides, at the times at which they came',
        load: async () => (await import('./traffic/replay.ts')).replayCommand,
      },
      {
        name: 'shadow',
        summary:
          'serve users from the incumbent, show the candidate a share of what they ask, and judge',
        load: async () => (await import('./traffic/shadow.ts')).shadowCommand,
      },
    ],
  },
  {
    heading: 'Probe one endpoint:',
    commands: [
      {
        name: 'embed',
        summary: 'compare the embeddings of two backends, text by text',
        load: async () => (await import('./probes/embed.ts')).embedCommand,
      },
      {
        name: 'search',
        summary: 'compare vector search of two backends: recall, depths, unknown index, dimension',
        load: async () => (await import('./probes/search.ts')).searchCommand,
      },
      {
        name: 'sql',
        summary: 'compare the answers of two backends to a file of SQL statements',
        load: async () => (await import('./probes/sql.ts')).sqlCommand,
      },
      {
        name: 'storage',
        summary: 'compare the object storage of two backends, in a namespace that is removed again',
        load: async () => (await import('./probes/storage.ts')).storageCommand,
      },
      {
        name: 'chat',
        summary: 'compare the chat endpoints of two backends: shape, token counts, errors',
        load: async () => (await import('./probes/chat.ts')).chatCommand,
      },
      {
        name: 'health',
        summary:
          'ask a stack for its health, exit 4 if a service is down; or two backends, as a run does',
        load: async () => (await import('./probes/health.ts')).healthCommand,
      },
    ],
  },
  {
    heading: 'Stored runs:',
    commands: [
      {
        name: 'rescore',
        summary: 'derive every figure of a stored run again, from its observations alone',
        load: async () => (await import('./stored/rescore.ts')).rescoreCommand,
      },
      {
        name: 'report',
        summary: 'show stored runs of any kind, in a format for people or for machines',
        load: async () => (await import('./stored/report.ts')).reportCommand,
      },
      {
        name: 'gate',
        summary: 'judge a stored run again under other margins',
        load: async () => (await import('./stored/gate.ts')).gateCommand,
      },
      {
        name: 'compare',
        summary: 'compare two stored runs, paired where their queries match',
        load: async () => (await import('./stored/compare.ts')).compareCommand,
      },
      {
        name: 'explain',
        summary: 'one query side by side: both lists, the truth, and what moved each document',
        load: async () => (await import('./stored/explain.ts')).explainCommand,
      },
      {
        name: 'export',
        summary: 'write a stored run in the formats of other tools',
        load: async () => (await import('./stored/export.ts')).exportCommand,
      },
    ],
  },
  {
    heading: 'Corpora and exact truth:',
    commands: [
      {
        name: 'corpus',
        summary: 'make a corpus, import one, or hash one',
        load: async () => (await import('./corpora/corpus.ts')).corpusCommand,
      },
      {
        name: 'truth',
        summary: 'lint a corpus, compute and store its exact nearest documents, check given ones',
        load: async () => (await import('./corpora/truth.ts')).truthCommand,
      },
      {
        name: 'reference',
        summary: 'recall, build time and search latency of local HNSW indexes over a corpus',
        load: async () => (await import('./corpora/reference.ts')).referenceCommand,
      },
    ],
  },
  {
    heading: 'Several machines:',
    commands: [
      {
        name: 'worker',
        summary: 'take work of bench truth and others from a queue, until told to stop',
        load: async () => (await import('./queue/worker.ts')).workerCommand,
      },
    ],
  },
  {
    heading: 'Logs of past runs:',
    commands: [
      {
        name: 'ledger',
        summary: 'keep which endpoints have cleared or lost parity, with the evidence',
        load: async () => (await import('./logs/ledger.ts')).ledgerCommand(),
      },
      {
        name: 'baseline',
        summary: 'keep the figures of runs in an append-only log, and compare with them',
        load: async () => (await import('./logs/baseline/baseline.ts')).baselineCommand(),
      },
      {
        name: 'audit',
        summary: 'compare the metric logs of two implementations',
        load: async () => (await import('./logs/audit.ts')).auditCommand,
      },
    ],
  },
  {
    heading: 'The embedded pair:',
    commands: [
      {
        name: 'serve',
        summary: 'start the two embedded gateways and keep them until Ctrl-C',
        load: async () => (await import('./demo/serve.ts')).serveCommand,
      },
      {
        name: 'drill',
        summary: 'plant faults in the embedded candidate and show what the suite notices and names',
        load: async () => (await import('./demo/drill.ts')).drillCommand,
      },
      {
        name: 'encoder',
        summary: 'make the demo encoder',
        load: async () => (await import('./demo/encoder.ts')).encoderCommand,
      },
    ],
  },
  {
    heading: 'This installation:',
    commands: [
      {
        name: 'init',
        summary: 'ask two backends what they are, and write a bench.config.ts for them',
        load: async () => (await import('./suite/init.ts')).initCommand,
      },
      {
        name: 'completions',
        summary: 'print a script that completes commands and flags in bash, zsh or fish',
        load: async () => (await import('./suite/completions.ts')).completionsCommand(COMMANDS),
      },
      {
        name: 'config',
        summary: 'print the resolved configuration with the origin of each value',
        load: async () => (await import('./suite/config.ts')).configCommand,
      },
      {
        name: 'doctor',
        summary: 'grade this machine for timings, and check this installation',
        load: async () => (await import('./suite/doctor.ts')).doctorCommand,
      },
      {
        name: 'documents',
        summary: 'check that generated Markdown is what its data gives; exit 1 where it is not',
        load: async () => (await import('./suite/documents.ts')).documentsCommand,
      },
      {
        name: 'kernels',
        summary: 'time the metric, statistics and truth kernels; medians over several processes',
        load: async () => (await import('./suite/kernels.ts')).kernelsCommand,
      },
    ],
  },
];
