import type { Command } from 'commander';

/** A command line, without the program, and what it is for. */
export type Example = readonly [line: string, does: string];

/** Two examples of each command by its path. RUN stands for a run folder. */
export const EXAMPLES: Readonly<Record<string, readonly Example[]>> = {
  retrieve: [
    ['retrieve', 'the embedded pair, or the two backends of bench.config.ts'],
    ['retrieve -q -o report.html', 'a first look, and its page in a file'],
  ],
  all: [
    ['all', 'every endpoint and the main job'],
    ['all --skip-retrieve', 'the probes alone'],
  ],
  plan: [
    ['plan', 'what retrieve would ask, and what it could show'],
    ['plan --gates.recall.margin=0.01', 'the same under another margin'],
  ],
  load: [
    ['load --rates 50,100,200', 'both sides at three rates'],
    ['load --saturation --gates.p99.maxMs=50', 'the highest rate that holds 50 ms'],
  ],
  sweep: [
    ['sweep --effort 10,40,160', 'recall against speed of both sides'],
    ["sweep --embed onnx --backend 'hnsw://index-{m}?m={m}' --vary m=8,16", 'an index over its M'],
  ],
  drift: [
    ['drift', 'field by field, against the known catalogue'],
    ['drift -n 40 --accept', 'keep what is found as the catalogue'],
  ],
  cutover: [
    ['cutover', 'the embedded pair behind an embedded frontend'],
    ['cutover --frontend http://127.0.0.1:3700', 'a frontend that runs'],
  ],
  slice: [
    ['slice', 'the embedded pair behind an embedded frontend'],
    ['slice --frontend http://127.0.0.1:3700', 'a frontend that runs'],
  ],
  frontend: [
    ['frontend --incumbent-url http://127.0.0.1:3100', 'the cutover shut'],
    [
      'frontend --incumbent-url http://127.0.0.1:3100 --candidate-url http://127.0.0.1:4110',
      'the cutover open',
    ],
  ],
  capture: [
    ['capture access.jsonl', 'the questions of a log'],
    ['capture searches.txt --operation retrieve --needs 500', 'texts, one a line'],
  ],
  replay: [
    ['replay runs/CAPTURE', 'at the times of the log'],
    ['replay runs/CAPTURE --speed 4', 'four times as fast'],
  ],
  shadow: [
    ['shadow', 'the embedded pair, with users at its frontend'],
    [
      'shadow --incumbent-url http://127.0.0.1:3100 --candidate-url http://127.0.0.1:4110 --until decided',
      'two that run, until the evidence decides',
    ],
  ],
  ingest: [
    [
      'ingest --embed onnx --backend hnsw://filled-{collection}',
      'an index file of each collection',
    ],
    [
      "ingest --embed onnx --backend 'hnsw://filled-{collection}-{m}?m={m}' --vary m=8,16",
      'two indexes, and how long each takes',
    ],
  ],
  embed: [
    ['embed', 'five short texts'],
    ['embed --texts corpus', 'every text of the corpus'],
  ],
  search: [
    ['search', 'by text and by vector'],
    ['search -k 50', 'deeper lists'],
  ],
  sql: [
    ['sql', 'forty statements over the workers'],
    ['sql --statements statements.jsonl', 'your own'],
  ],
  storage: [
    ['storage', 'in a namespace that is removed again'],
    ['storage --json', 'findings for other programs'],
  ],
  chat: [
    ['chat', 'the echo provider'],
    ['chat --provider ollama --chat-model llama3', 'a model'],
  ],
  health: [
    ['health', 'the eleven daemons on loopback'],
    ['health --stack stack.json --timeout-ms 500', 'your own stack'],
    ['health --canaries', 'what a run would warn of before it measures'],
  ],
  rescore: [
    ['rescore RUN', 'equal to what is stored, to the byte'],
    ['rescore RUN --swap', 'the sides exchanged'],
  ],
  report: [
    ['report RUN', 'one screen'],
    ['report RUN -o junit', 'for a CI system'],
  ],
  gate: [
    ['gate RUN', 'by the margins it was measured with, or those of bench.config.ts'],
    ['gate RUN --gates.recall.margin=0.4 --gates.ndcg.margin=0.4', 'wider margins'],
  ],
  compare: [
    ['compare RUN RUN', 'what has changed'],
    ['compare RUN RUN --gate -n 3', 'judged, three queries in each direction'],
  ],
  explain: [
    ['explain RUN', 'the queries that disagree most'],
    ['explain RUN q-0088', 'one of them, document by document'],
  ],
  export: [
    ['export --trec RUN --out trec', 'run files of every arm, and qrels'],
    ['export --trec RUN --out trec-again', 'the same elsewhere'],
  ],
  'corpus import': [
    ['corpus import --from scifact/ --out corpora/scifact', 'a BEIR folder'],
    ['corpus import --from glove.hdf5 --out corpora/glove', 'vectors of ann-benchmarks'],
  ],
  'corpus build': [
    ['corpus build glove-words', 'one collection'],
    [
      'corpus build wordnet-glosses --queries 2000 --out corpora/glosses',
      'of fewer queries, elsewhere',
    ],
  ],
  'corpus describe': [
    ['corpus describe corpora/workers-200 --encoder corpora/encoder', 'how hard it is'],
    ['corpus describe corpora/workers-200 --encoder corpora/encoder -k 5', 'of short lists'],
  ],
  'corpus generate': [
    ['corpus generate --size 50 --out corpora/workers-50', 'fifty workers'],
    ['corpus generate --size 50 --seed 2 --out corpora/others-50', 'fifty others'],
  ],
  'corpus hash': [
    ['corpus hash corpora/workers-200', 'is it what its manifest says?'],
    ['corpus hash RUN/corpus', 'the same of the copy in a run folder'],
  ],
  truth: [
    ['truth corpora/workers-200 --encoder corpora/encoder', 'by a local model'],
    ['truth corpora/glove -k 100', 'of a corpus that carries vectors'],
  ],
  reference: [
    ['reference --encoder corpora/encoder', 'one index'],
    ['reference --encoder corpora/encoder --sweep', 'nine of them'],
  ],
  'ledger add': [
    ['ledger add RUN', 'what it clears or loses'],
    ['ledger add RUN --notes "before the upgrade"', 'with a note'],
  ],
  'ledger list': [
    ['ledger list', 'every row'],
    ['ledger list --standing', 'the last of each endpoint'],
  ],
  'ledger expired': [
    ['ledger expired', 'against the configuration at hand'],
    ['ledger expired --run RUN', 'against a run'],
  ],
  'ledger check': [
    ['ledger check', 'the ledger of this folder'],
    ['ledger check --ledger results/ledger.jsonl', 'the published one'],
  ],
  'ledger render': [
    ['ledger render', 'after a merge of the log'],
    ['ledger render --ledger other.jsonl', 'another ledger'],
  ],
  'baseline add': [
    ['baseline add RUN', 'a run'],
    ['baseline add --metric build.seconds=31 --tool index', 'a figure of another tool'],
  ],
  'baseline bless': [
    ['baseline bless RUN', 'what later runs are held against'],
    ['baseline bless RUN --force', 'though queries broke'],
  ],
  'baseline show': [
    ['baseline show', 'every entry'],
    ['baseline show --metric search.candidate.recall@10', 'one figure'],
  ],
  'baseline drift': [
    ['baseline drift RUN', 'against the last baseline'],
    ['baseline drift RUN --any-commit', 'of whatever commit'],
  ],
  'baseline check': [
    ['baseline check RUN --tolerance search.candidate.recall@5=-0.005', 'may fall by .005'],
    ['baseline check RUN --tolerance search.ratio.p95=+10%', 'may rise by a tenth'],
  ],
  audit: [
    ['audit --expect reference.json --actual ours.json --tolerance 1e-6', 'two logs'],
    ['audit --phases phases.json --skip training=slow', 'phase by phase'],
  ],
  serve: [
    ['serve', 'the sound pair'],
    ['serve --fault drop:0.05', 'a candidate that lost documents'],
  ],
  drill: [
    ['drill -q', 'three faults and three clean runs'],
    ['drill --faults drop,reverse --rates --resume', 'two faults and their smallest rates'],
  ],
  'encoder build': [
    ['encoder build --out encoder', 'the demo encoder'],
    ['encoder build --out other --seed 2', 'another one'],
  ],
  worker: [
    ['worker --queue redis://127.0.0.1:6379 --store /shared/store', 'parts of a search'],
    [
      'worker --queue redis://q --store s3://bucket --may-load http://old:3100',
      'and of a load on that backend; the store a bucket',
    ],
  ],
  init: [
    [
      'init --incumbent http://127.0.0.1:3100 --candidate http://127.0.0.1:4110',
      'asks both what they are',
    ],
    ['init --yes', 'the embedded pair, without a question'],
  ],
  config: [
    ['config', 'what holds here, and where it comes from'],
    ['config --schema', 'the JSON Schema of bench.config.json'],
  ],
  doctor: [
    ['doctor', 'this machine and this installation'],
    ['doctor --json', 'for other programs'],
  ],
  completions: [
    ['completions bash', 'to be sourced by ~/.bashrc'],
    ['completions fish', 'to be written below ~/.config/fish/completions'],
  ],
  documents: [
    ['documents', 'look'],
    ['documents --write', 'make them again'],
  ],
  kernels: [
    ['kernels', 'five processes'],
    ['kernels --processes 1 --time 10', 'a glance'],
  ],
};

const WIDTH = 80;

/** A command line in lines that fit, broken before flags as a shell reads it. */
function shellLines(line: string): string {
  const lines = [''];
  for (const part of line.split(/ (?=--)/)) {
    const last = lines.at(-1) ?? '';
    // The mark of a line that goes on has to fit as well.
    if (last === '') lines[0] = `  ${part}`;
    else if (last.length + 1 + part.length + 2 <= WIDTH) lines[lines.length - 1] += ` ${part}`;
    else lines.push(`    ${part}`);
  }
  return lines.join(' \\\n');
}

/** Adds its examples to a command and to those below it. */
export function addExamples(command: Command, path: string, program: string): void {
  for (const below of command.commands) addExamples(below, `${path} ${below.name()}`, program);
  const examples = EXAMPLES[path];
  if (examples === undefined) return;
  const lines = examples.map(
    ([line, does]) => `  # ${does}\n${shellLines(`${program} ${line}`)}\n`,
  );
  command.addHelpText('after', `\nExamples:\n${lines.join('')}`);
}

/** Every command below one, by its path. */
export function pathsBelow(command: Command, path: string): string[] {
  return command.commands.length === 0
    ? [path]
    : command.commands.flatMap((below) => pathsBelow(below, `${path} ${below.name()}`));
}
