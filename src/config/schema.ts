import { z } from 'zod';
import { CORPUS_METRICS } from '../corpus/types.ts';
import type { Backend } from '../wire/backend.ts';
import type { Dialect } from '../wire/dialect.ts';
import { LONGEST_TIMER_MS } from '../wire/pace/pause.ts';
import { dialectNames } from '../wire/registry.ts';

/** A gate, or `false` (or `null`) where it is switched off. */
const gate = <Schema extends z.ZodType>(schema: Schema) =>
  z.union([schema, z.literal(false), z.null()]).optional();

const margin = z.number().gt(0).lt(1);
const milliseconds = z.number().gt(0);
const latencyGate = z
  .strictObject({
    /** Largest tolerated relative slow-down, e.g. 0.10 for 10%; absent: 10% for p50 and 25% for p95, and an open answer leaves the verdict to the other gates. */
    margin: z.number().gt(0).optional(),
    /** The same as candidate over incumbent, e.g. 1.10 for 10%. */
    ratio: z.number().gt(1, 'is candidate over incumbent, e.g. 1.10 for 10% slower').optional(),
    /** Largest tolerated response time of the candidate under load. */
    maxMs: milliseconds.optional(),
  })
  .refine(
    ({ margin: slower, ratio }) => slower === undefined || ratio === undefined,
    'margin and ratio say the same: give one of them',
  );
const marginGate = z.strictObject({ margin });
/** A margin against the incumbent, and the least that the candidate must reach by itself. */
const flooredGate = z.strictObject({
  margin: margin.optional(),
  min: z.number().gt(0).lte(1).optional(),
});

const qualityGates = {
  recall: gate(flooredGate),
  'recall@1': gate(marginGate),
  'recall@5': gate(marginGate),
  'recall@10': gate(marginGate),
  /** Recall at the depth of the run's lists, whatever it is. */
  'recall@k': gate(marginGate),
  ndcg: gate(flooredGate),
};

const sliceGates = z.record(z.string(), z.strictObject(qualityGates));
const cellGates = z.strictObject({ ...qualityGates, slices: sliceGates.optional() });

const gatesSchema = z.strictObject({
  ...qualityGates,
  /** Share of needs by which the candidate may fail oftener. */
  errors: gate(marginGate),
  /** Share of the texts that the two embed endpoints may embed in another direction. */
  embedding: gate(marginGate),
  contract: gate(
    z.strictObject({
      /** Violations of the candidate that are expected, each with the reason why they are harmless. */
      declared: z.array(z.strictObject({ kind: z.string(), reason: z.string().min(1) })).optional(),
      /** Largest share of the candidate's answers that may break the contract in one kind, whatever the incumbent does. */
      max: z.number().gt(0).lt(1).optional(),
    }),
  ),
  p50: gate(latencyGate),
  p95: gate(latencyGate),
  /** Largest tolerated disagreement of the two sides' lists above the noise floor, as 1 − RBO; absent: reported, not gated. */
  agreement: gate(marginGate),
  /** Largest tolerated difference of the two sides' similarities of the same documents, as RMS; absent: reported, not gated. */
  scores: gate(marginGate),
  /** Under load alone. */
  p99: gate(z.strictObject({ maxMs: milliseconds.optional() })),
  /** Recall of the very answers that were timed under load; errors score 0. */
  recallUnderLoad: gate(
    z.strictObject({
      /** Largest tolerated loss against the incumbent at the same rate. */
      margin: margin.optional(),
      /** Least recall of the candidate. */
      min: z.number().gt(0).lte(1).optional(),
    }),
  ),
  cells: z
    .strictObject({
      search: cellGates.optional(),
      retrieve: cellGates.optional(),
    })
    .optional(),
  slices: sliceGates.optional(),
});

const dialectSchema = z.union(
  [
    z.enum(dialectNames()),
    z.custom<Dialect>(
      (value) =>
        typeof value === 'object' && value !== null && 'name' in value && 'fingerprint' in value,
    ),
  ],
  {
    error: ({ input }) =>
      typeof input === 'function'
        ? `a function in place of a dialect: call it, ${input.name || 'dialect'}()`
        : `expected a dialect: ${dialectNames().join(', ')}, or an object such as rustLakehouse()`,
  },
);

const backendSchema = z.strictObject({
  url: z.string().optional(),
  dialect: dialectSchema.optional(),
  /** Sent with every request; values are secrets and never recorded. */
  headers: z.record(z.string(), z.string()).optional(),
  /** Most requests a second to this side, evenly spaced; for backends that limit the rate. */
  pace: z.number().gt(0).optional(),
});

const count = z.int().positive();

/** The shape of `bench.config.*`; every key may be left out. */
export const configSchema = z.strictObject({
  incumbent: backendSchema.optional(),
  candidate: backendSchema.optional(),
  /** Further backends that may replace it: each is compared with the incumbent as `candidate` is. */
  candidates: z.array(backendSchema).optional(),
  /** Folder of the corpus, relative to the working directory. */
  corpus: z.string().optional(),
  /** Folder of the local encoder that the embedded pair uses. */
  encoder: z.string().optional(),
  /** Embeds every text once for both sides, which are then asked by vector: `onnx:FOLDER`, `onnx` or `corpus`. */
  embed: z.string().min(1).optional(),
  /**
   * Whether the corpus is put into the backends before measuring: `never`; `if-empty`, into collections that are
   * empty or not there; `always`, which replaces documents by id and needs `force` where there are others.
   */
  ingest: z.enum(['never', 'if-empty', 'always']).optional(),
  /** Lets `ingest: 'always'` write into a collection that is not empty. */
  force: z.boolean().optional(),
  /**
   * Recall at the depth k at which both sides are compared: each side's effort is set to the least that reaches it, or
   * the candidate's alone to the `incumbent`'s own recall.
   */
  equalRecall: z.union([z.number().gt(0).lte(1), z.literal('incumbent')]).optional(),
  /**
   * How often the candidate's index is built anew, each time with the documents in another order: `{build}` in its URL
   * stands for the number of the build, 0 for the one that is compared.
   */
  rebuild: z.int().min(1).max(100).optional(),
  /**
   * What the incumbent's search uses, where its embed route and the corpus do not say it: the truth is made by it.
   */
  searchUses: z
    .strictObject({
      metric: z.enum(CORPUS_METRICS).optional(),
      /** Put before each query's text when it is embedded; the text that is searched for stays as it is. */
      queryPrefix: z.string().min(1).optional(),
      /** Embedder in place of the incumbent's embed route: `onnx:FOLDER`, `onnx` or `corpus`. */
      embedder: z.string().min(1).optional(),
    })
    .optional(),
  /**
   * What the lists are held against: `exact`, the exact neighbours over the incumbent's embeddings (the default);
   * `judgments`, the graded judgments of the corpus, where the model changes or nobody gives vectors; `stored`, the
   * exact neighbours over the vectors that the incumbent's store lists.
   */
  truth: z.enum(['exact', 'judgments', 'stored']).optional(),
  /** Model both sides are asked to embed with. */
  model: z.string().optional(),
  k: z.int().min(1).max(1000).optional(),
  /** What `bench retrieve` compares; absent: both. */
  operations: z
    .array(z.enum(['search', 'retrieve']))
    .min(1)
    .optional(),
  seed: z.int().nonnegative().optional(),
  /** Where run folders are written. */
  runs: z.string().optional(),
  /**
   * `many` (the default): look j at the same question is judged at α/2^j, so that asking again until it is decided
   * raises no false pass; `one`: it is the only look, which spends α whole.
   */
  looks: z.enum(['one', 'many']).optional(),
  /** Name of the build under test, e.g. of a rebuilt index: with another name a run asks another question. */
  build: z.string().min(1).optional(),
  gates: gatesSchema.optional(),
  quality: z
    .strictObject({
      /** Largest number of needs asked; absent: all. */
      maxNeeds: count.optional(),
      /** Largest number of documents that the census asks; absent: 10,000. */
      maxCensusDocuments: count.optional(),
      concurrency: count.max(64).optional(),
      /** Stop asking as soon as the gates on quality have decided. */
      sequential: z.boolean().optional(),
    })
    .optional(),
  latency: z
    .strictObject({
      blockPairs: z.int().nonnegative().optional(),
      requestsPerBlock: count.optional(),
      discardedPerBlock: z.int().nonnegative().optional(),
    })
    .optional(),
  throughput: z
    .strictObject({
      concurrency: count.max(256).optional(),
      requestsPerSlice: z.int().nonnegative().optional(),
      slices: count.optional(),
    })
    .optional(),
  timeouts: z
    .strictObject({
      connectMs: count.max(LONGEST_TIMER_MS).optional(),
      requestMs: count.max(LONGEST_TIMER_MS).optional(),
    })
    .optional(),
  drift: z
    .strictObject({
      /** Differences over the wire that are expected, each with the reason why. */
      expected: z
        .array(
          z.strictObject({
            endpoint: z.string(),
            scenario: z.enum(['success', 'empty', '4xx', '5xx']).optional(),
            incumbentPath: z.string().nullable(),
            candidatePath: z.string().nullable(),
            operation: z.string(),
            reason: z.string().min(1),
          }),
        )
        .optional(),
      /** Response headers that are not compared, beside those of the connection; in lower case. */
      ignoreHeaders: z.array(z.string().regex(/^[!-9;-@[-~]+$/)).optional(),
    })
    .optional(),
});

type PlainConfig = z.input<typeof configSchema>;

/** A side as a user writes it: how it is reached, or a backend that the configuration made. */
export type UserSide = NonNullable<PlainConfig['incumbent']> | Backend;

/** What a user writes: every key optional. */
export type UserConfig = Omit<PlainConfig, 'incumbent' | 'candidate'> & {
  readonly incumbent?: UserSide | undefined;
  readonly candidate?: UserSide | undefined;
};

/** Whether a side is a backend of its own: such an object is taken as it is. */
export function isBackend(value: unknown): value is Backend {
  return (
    typeof value === 'object' && value !== null && 'capabilities' in value && 'health' in value
  );
}

/** Gates as they are judged: the ones that are on, and the dotted keys of those that were switched off. */
export type GatesConfig = SwitchedOn<z.output<typeof gatesSchema>> & {
  readonly off?: readonly string[];
  /** nDCG gates nothing, since the judgments were generated with the documents and nobody set its margin. */
  readonly generatedJudgments?: true;
};

type SwitchedOn<Value> = Value extends false | null
  ? never
  : Value extends readonly unknown[]
    ? Value
    : Value extends object
      ? { [Key in keyof Value]: SwitchedOn<Value[Key]> }
      : Value;

/** The relative slow-down that a ratio of candidate over incumbent stands for: 1.10 is 0.10. */
export function marginOfRatio(ratio: number): number {
  // 1.1 − 1 leaves a tail of digits that nobody wrote.
  return Number((ratio - 1).toPrecision(12));
}

/** Gives `bench.config.ts` its types; returns what it is given. */
export function defineConfig(config: UserConfig): UserConfig {
  return config;
}
