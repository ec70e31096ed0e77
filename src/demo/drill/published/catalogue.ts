/** One published table: where it is, what it shows, and the command that makes it. */
export interface PublishedTable {
  readonly path: string;
  readonly shows: string;
  readonly command: string;
}

/** A study of real engines: its folder holds a page and a picture. */
export interface PublishedStudy {
  readonly name: string;
  readonly title: string;
  /** What the picture says, in a sentence without a number. */
  readonly says: string;
}

/** Tables of one kind. */
interface PublishedGroup {
  readonly heading: string;
  readonly tables: readonly PublishedTable[];
}

/** The studies, in the order in which they are shown. */
export const STUDIES: readonly PublishedStudy[] = [
  {
    name: 'engines',
    title: 'Five engines at equal recall',
    says: 'Speed is compared where each engine finds about as much of the exact answer.',
  },
  {
    name: 'filtered-scan',
    title: 'Filters after the scan of an index',
    says: 'Where few documents pass a filter, filtering after the scan of an index leaves short answers. A scan that goes on fills them, and takes longer.',
  },
  {
    name: 'build-variance',
    title: 'What a rebuild changes',
    says: 'The same vectors, built again and again: how much recall depends on the build.',
  },
  {
    name: 'quantisation',
    title: 'What quantisation changes',
    says: 'Smaller numbers lose recall, binary ones most. Ordering the best again by exact cosines gives back what 8 bits lose.',
  },
  {
    name: 'ef-search',
    title: 'What the effort of a search changes',
    says: 'More effort finds more of the exact answer and takes longer; exact search takes longest.',
  },
  {
    name: 'model-exchange',
    title: 'What another model changes',
    says: 'Another model gives other answers, and here better ones: whether answers are the same and whether they are as good are two questions.',
  },
];

/** Cases of exact search beside other libraries at the dimensions of word vectors. */
const LOW_DIMENSIONS =
  '100000x1000x100xcosine,100000x1000x100xdot,100000x1000x100xeuclidean,100000x1000x128xcosine';

/** Where the page of a study is. */
export function pageOf({ name }: PublishedStudy): string {
  return `studies/${name}/README.md`;
}

/** Everything that is published, by kind; studies come from their own list. */
export const GROUPS: readonly PublishedGroup[] = [
  {
    heading: 'Verdicts, and how often they are wrong',
    tables: [
      {
        path: 'drill.md',
        shows: 'planted faults: what is noticed, and what it is put down to',
        command: 'bench drill --record results/drill.jsonl',
      },
      {
        path: 'simulation/gates.md',
        shows: 'how often the gates are wrong',
        command: 'npm run simulate',
      },
      {
        path: 'shadow/faults.md',
        shows: 'what a shadow notices of planted faults',
        command: experiment('shadow/faults'),
      },
      {
        path: 'shadow/overhead.md',
        shows: 'what a shadow adds to a user’s request',
        command: experiment('shadow/overhead'),
      },
      {
        path: 'retrieve/workers-200.md',
        shows: 'a run over the 200 workers',
        command: 'bench retrieve -o markdown',
      },
      {
        path: 'ledger.md',
        shows: 'endpoints of the embedded pair that have cleared parity',
        command: 'bench all --results results',
      },
      {
        path: 'wire-drift.md',
        shows: 'how the two wire forms differ',
        command: 'bench drift --accept --results results',
      },
    ],
  },
  {
    heading: 'Real engines',
    tables: [
      ...STUDIES.map((study) => ({
        path: pageOf(study),
        shows: study.title,
        command: experiment(`studies/${study.name}`),
      })),
      {
        path: 'engines/hundred-thousand.md',
        shows: 'ingest, verdict and sweep of three engines over 100,000 real vectors',
        command: withServers('pgvector,redis', 'engines/hundred-thousand'),
      },
      {
        path: 'engines/known-truths.md',
        shows:
          'what a run says of engines whose losses are known otherwise, and recall computed twice',
        command: withServers('pgvector,redis,mariadb', 'engines/known-truths'),
      },
    ],
  },
  {
    heading: 'Speed, size and other implementations',
    tables: [
      {
        path: 'load/README.md',
        shows: 'the load driver against servers with a known law',
        command: experiment('load/publish'),
      },
      {
        path: 'truth/exact-vs-faiss-numpy.md',
        shows: 'exact neighbours beside faiss, numpy, torch and hnswlib',
        command: experiment('truth/exact-vs-faiss-numpy'),
      },
      {
        path: 'truth/low-dimensions.md',
        shows:
          'the same beside usearch too, at 100 and 128 dimensions, by cosine, dot product and Euclidean distance',
        command: `${experiment('truth/exact-vs-faiss-numpy')} --cases ${LOW_DIMENSIONS} --rounds 3 --searches 3,3`,
      },
      {
        path: 'truth/roofline.md',
        shows: 'what limits exact search by 8-bit integers',
        command: experiment('truth/roofline'),
      },
      {
        path: 'truth/growth.md',
        shows: 'how truth from disk grows',
        command: experiment('size/growth'),
      },
      {
        path: 'truth/reference-vs-cpp.md',
        shows: 'the reference index beside hnswlib in C++',
        command: experiment('size/reference-vs-cpp'),
      },
      {
        path: 'retrieve/growth.md',
        shows: 'how a run grows from 200 to 100,000 documents',
        command: experiment('size/retrieve-growth'),
      },
      {
        path: 'corpus/generator-growth.md',
        shows: 'how the corpus generator grows',
        command: experiment('size/generator-growth'),
      },
      {
        path: 'embed/encoder-throughput.md',
        shows: 'the encoder’s throughput',
        command: experiment('encoder-throughput'),
      },
      {
        path: 'attribution/cost.md',
        shows: 'what an attribution costs',
        command: experiment('attribution/cost'),
      },
      {
        path: 'scale/README.md',
        shows: 'what the tables of several machines rest on',
        command: experiment('scale/two-workers'),
      },
      {
        path: 'scale/two-workers.md',
        shows: 'two workers of a queue beside one',
        command: experiment('scale/two-workers'),
      },
      {
        path: 'scale/two-load-machines.md',
        shows: 'two load machines at half the rate beside one',
        command: experiment('scale/two-load-machines'),
      },
      {
        path: 'scale/simulation.md',
        shows: 'truth on up to 1,000 machines, on paper and simulated',
        command: experiment('scale/simulate'),
      },
    ],
  },
];

function experiment(script: string): string {
  return `node --conditions=source bench/experiments/${script}.ts`;
}

/** An experiment that asks running servers, over a collection in FOLDER. */
function withServers(only: string, script: string): string {
  return `npm run servers -- --only ${only} -- ${experiment(script)} FOLDER`;
}
