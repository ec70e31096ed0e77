/** What each key of a configuration means, with its unit; defaults are those of `DEFAULTS`. A key may be written from its end on. */
const DESCRIPTIONS: Readonly<Record<string, string>> = {
  incumbent: 'The backend in use.',
  candidate: 'The backend that may replace it.',
  candidates: 'Further backends that may replace it; each is compared as candidate is.',
  url: 'Where it is: http(s)://…, or a scheme that names a database or an index file.',
  dialect: 'The wire form of a backend of HTTP.',
  headers: 'Sent with every request; values are secrets and never recorded.',
  pace: 'Most requests a second to this side; without it there is no limit.',
  corpus: 'Folder of the corpus; default: the 200 workers of the package.',
  encoder: 'Folder of the local encoder of the embedded pair.',
  embed: 'Embeds every text once for both sides: onnx, onnx:FOLDER or corpus.',
  ingest: 'Whether the corpus is put into the backends first; default: never.',
  force: 'Lets ingest always write into what is not empty; default: false.',
  equalRecall: 'Recall at which speed is compared, or incumbent for its own.',
  rebuild: 'How many more builds of the candidate are compared, from 1 to 100.',
  searchUses: 'What the search of the incumbent uses, where nothing else says it.',
  metric: 'How nearness is meant.',
  queryPrefix: 'Put before the text of a query when it is embedded.',
  embedder: 'Embedder in place of the embed route of the incumbent.',
  truth: 'What lists are held against: exact (default), judgments or stored.',
  model: 'Model that both sides are asked to embed with; default: their own.',
  k: 'Depth of the lists, in documents, from 1 to 1000; default: 10.',
  operations: 'What is compared: search, retrieve; default: both.',
  seed: 'Order of the requests; default: 20260101.',
  runs: 'Where run folders are written; default: runs.',
  looks:
    'many (default): later looks at one question are judged more strictly; one: α is spent at once.',
  build: 'Name of the build under test: another name asks another question.',
  gates: 'What is judged, with margins. A gate is switched off by false.',
  recall: 'Recall at every depth; default margin: 0.005.',
  'recall@1': 'Recall at depth 1.',
  'recall@5': 'Recall at depth 5.',
  'recall@10': 'Recall at depth 10.',
  'recall@k': 'Recall at the depth of the lists.',
  ndcg: 'nDCG against the judgments; default margin: 0.01.',
  errors: 'Share of needs by which the candidate may fail oftener; default: 0.005.',
  embedding: 'Share of texts that the embed endpoints may embed in another direction.',
  contract: 'Whether lists keep the contract of a ranked list.',
  declared: 'Violations that are expected.',
  'contract.max':
    "Largest share of the candidate's answers that may break it in one kind, whatever the incumbent does.",
  kind: 'Kind of the violation, e.g. short.',
  reason: 'Why it is harmless.',
  p50: 'Median latency; default margin: 10%, which may stay undecided under a pass.',
  p95: '95th percentile of latency; default margin: 25%, which may stay undecided under a pass.',
  p99: '99th percentile of latency, under load alone.',
  agreement: 'Disagreement of the lists above the noise floor, as 1 − RBO; gated where it is set.',
  scores: 'Difference of the similarities of the same documents, as RMS; gated where it is set.',
  recallUnderLoad: 'Recall of the answers that were timed under load; errors score 0.',
  cells: 'Margins of one operation.',
  'cells.search': 'Margins of search.',
  'cells.retrieve': 'Margins of retrieve.',
  slices: 'Margins of one slice of the queries, by its name.',
  margin: 'Largest tolerated loss, in the unit of the figure.',
  'p50.margin': 'Largest tolerated slow-down, as a share: 0.1 is 10%.',
  'p95.margin': 'Largest tolerated slow-down, as a share: 0.25 is 25%.',
  ratio: 'The same as candidate over incumbent: 1.10 is 10%.',
  maxMs: 'Longest tolerated response time of the candidate under load, in ms.',
  min: 'Least that the candidate must reach by itself, of 1.',
  quality: 'How the answers are asked for, untimed.',
  'quality.maxNeeds': 'Most needs that are asked; default: all (100 with --quick).',
  'quality.maxCensusDocuments':
    'Most documents that the census asks by their own text, a seeded sample of more; default: 10,000 (500 with --quick).',
  'quality.concurrency': 'Requests to one side at a time, from 1 to 64; default: 4.',
  'quality.sequential': 'Stop asking as soon as the gates on quality have decided; default: false.',
  latency: 'How latency is measured: blocks of both sides in turn, one request at a time.',
  'latency.blockPairs': 'Pairs of blocks of each operation; default: 12, 0 measures none.',
  'latency.requestsPerBlock': 'Measured requests of a block; default: 200.',
  'latency.discardedPerBlock':
    'Requests at the start of a block that are not counted; default: 10.',
  throughput: 'How throughput is measured: a closed loop.',
  'throughput.concurrency': 'Requests to one side at a time, from 1 to 256; default: 8.',
  'throughput.requestsPerSlice': 'Requests of a slice; default: 200, 0 measures none.',
  'throughput.slices': 'Slices of each side; default: 2.',
  timeouts: 'After which a request has failed.',
  'timeouts.connectMs': 'Time to connect, in ms; default: 2000.',
  'timeouts.requestMs': 'Time to the end of the answer, in ms; default: 10000.',
  drift: 'What bench drift expects.',
  expected: 'Differences over the wire that are expected, each with the reason.',
  endpoint: 'Endpoint of the difference.',
  scenario: 'Kind of answer it is seen in.',
  incumbentPath: 'Path within the answer of the incumbent; null where it is missing.',
  candidatePath: 'Path within the answer of the candidate; null where it is missing.',
  operation: 'What turns the one into the other.',
  ignoreHeaders: 'Response headers that are not compared, in lower case.',
};

/** The meaning of a key by its dotted path; null where nothing is known of it. */
export function descriptionOf(path: string): string | null {
  const parts = path.replaceAll('[]', '').split('.');
  for (let from = 0; from < parts.length; from++) {
    const key = parts.slice(from).join('.');
    if (Object.hasOwn(DESCRIPTIONS, key)) return DESCRIPTIONS[key] ?? null;
  }
  return null;
}

interface SchemaNode {
  description?: string;
  readonly properties?: Readonly<Record<string, SchemaNode>>;
  readonly anyOf?: readonly SchemaNode[];
  readonly items?: SchemaNode;
  readonly additionalProperties?: SchemaNode | boolean;
}

/** A JSON Schema whose keys say what they mean; the schema is changed. */
export function describeSchema<Schema extends object>(schema: Schema): Schema {
  describeBelow(schema as SchemaNode, '');
  return schema;
}

/** Dotted paths of all keys of a JSON Schema: `[]` for the items of a list, `*` for a name that is free. */
export function keysOfSchema(schema: object): string[] {
  const keys: string[] = [];
  describeBelow(schema as SchemaNode, '', (path) => keys.push(path));
  return [...new Set(keys)];
}

function describeBelow(node: SchemaNode, path: string, seen?: (path: string) => void): void {
  for (const one of [node, ...(node.anyOf ?? [])]) {
    for (const [key, value] of Object.entries(one.properties ?? {})) {
      const below = path === '' ? key : `${path}.${key}`;
      seen?.(below);
      const description = descriptionOf(below);
      if (description !== null) value.description = description;
      describeBelow(value, below, seen);
    }
    if (one.items !== undefined) describeBelow(one.items, `${path}[]`, seen);
    if (typeof one.additionalProperties === 'object') {
      describeBelow(one.additionalProperties, `${path}.*`, seen);
    }
  }
}
