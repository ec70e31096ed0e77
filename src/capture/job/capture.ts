import { counted } from '../../counted.ts';
import { EXIT, UsageError } from '../../errors.ts';
import { runEnvironment } from '../../observe/run-manifest.ts';
import type { BackendFingerprint, ManifestInput } from '../../record/run/manifest.ts';
import { createRun } from '../../record/run/run-folder.ts';
import type { Cell } from '../../record/types.ts';
import { redactConfig } from '../../secrets/redact-config.ts';
import {
  CAPTURE_BLOCK,
  type CapturedNeed,
  type CapturedTraffic,
  captureCodec,
} from '../../traffic/capture-record.ts';
import type { AskedQuestion } from '../../traffic/question.ts';
import {
  type ReadTally,
  type ReadTraffic,
  readTraffic,
  type TrafficFormat,
} from '../../traffic/read/read-traffic.ts';
import { createRedactor, type Redactor } from '../../traffic/redact/redactor.ts';
import type { RedactionRule } from '../../traffic/redact/rules.ts';
import type { Backend } from '../../wire/backend.ts';
import type { Dialect } from '../../wire/dialect.ts';
import type { CaptureFindings } from '../find/findings.ts';
import { gatherTraffic } from '../find/gather.ts';
import { captureTallyCodec, rescoreCapture, TALLY_BLOCK } from './rescore-capture.ts';

/** What is captured, and what is kept of it. */
export interface CaptureConfig {
  readonly files: readonly string[];
  readonly format: TrafficFormat | null;
  /** How clients speak to the incumbent. */
  readonly dialect: Dialect;
  /** Taken off paths that have it. */
  readonly prefix: string;
  /** What a plain text is asked as. */
  readonly operation: Cell;
  readonly collections: readonly string[];
  readonly k: number;
  /** Most needs that are kept. */
  readonly needs: number;
  readonly seed: number;
  /** Rules beside those that always hold. */
  readonly redact: readonly RedactionRule[];
  readonly runs: string;
}

/** What is captured where nothing else is asked for. */
export const CAPTURE_DEFAULTS = {
  format: null,
  prefix: '/api',
  operation: 'retrieve',
  collections: ['workers'],
  k: 10,
  needs: 5000,
  seed: 20260101,
  redact: [],
  runs: 'runs',
} as const satisfies Partial<CaptureConfig>;

/** What a caller hands in. */
export interface CaptureJobOptions {
  /** Asked what it is, so that the baseline says whose answers it holds; absent: it does not say. */
  readonly incumbent?: Backend;
  /** Embeds each text, which is then not kept. */
  readonly embed?: (texts: readonly string[]) => Promise<readonly Float32Array[]>;
  /** Ends the capture, of which nothing is written then. */
  readonly signal?: AbortSignal;
}

/** What was captured. */
export interface CaptureResult {
  readonly runFolder: string;
  readonly findings: CaptureFindings;
  readonly traffic: CapturedTraffic;
  /** Markdown, equal to the run's `report.md`. */
  readonly report: string;
  readonly exitCode: typeof EXIT.pass;
}

/**
 * Makes a set of needs of files of traffic, with their frequency, the incumbent's answers and the times at which they
 * were asked; leaves a run folder below `config.runs`. Nothing is written before it is redacted.
 * @throws UsageError where a file cannot be read, or holds not one question; or the signal's reason.
 */
export async function capture(
  config: CaptureConfig,
  options: CaptureJobOptions = {},
): Promise<CaptureResult> {
  const redactor = createRedactor(config.redact);
  const { signal } = options;
  const { asked, tally } = await readAll(config, redactor, signal);
  const gathered = gatherTraffic(asked, config);
  const traffic =
    options.embed === undefined
      ? gathered
      : { ...gathered, needs: await asVectors(gathered.needs, options.embed) };
  signal?.throwIfAborted();
  const writer = await createRun({ parentFolder: config.runs });
  const facts = await factsOf(config, options);
  await writer.describe(facts);
  await writer.writeRecord(CAPTURE_BLOCK, captureCodec, traffic);
  await writer.writeRecord(TALLY_BLOCK, captureTallyCodec, {
    tally,
    redactions: redactor.counts(),
    asVectors: options.embed !== undefined,
  });
  const derived = await rescoreCapture(await writer.readBack());
  await writer.writeDerived(derived);
  await writer.finish({ ...facts, status: 'complete' });
  const { findings, report } = derived;
  return { runFolder: writer.folder, findings, traffic, report, exitCode: EXIT.pass };
}

async function readAll(
  config: CaptureConfig,
  redactor: Redactor,
  signal: AbortSignal | undefined,
): Promise<{ readonly asked: readonly AskedQuestion[]; readonly tally: ReadTally }> {
  const { files, format, dialect, prefix, operation, collections, k } = config;
  const reading = {
    ...(format === null ? {} : { format }),
    ...{ dialect, prefix, redactor },
    plain: { operation, collections, k },
  };
  const read: ReadTraffic[] = [];
  // One after the other: of many files not all can be open at once.
  for (const file of files) read.push(await readTraffic(file, reading, signal));
  const asked = read.flatMap((file) => file.asked);
  const tally = read.map((file) => file.tally).reduce(sumOf, EMPTY_TALLY);
  if (asked.length > 0) return { asked, tally };
  throw new UsageError(
    'capture-empty',
    `${files.join(', ')}: no question in ${counted(tally.read, 'entry', 'entries')} (${tally.notReadOnly} to other paths, ${tally.undecoded} that ${dialect.name} cannot read, ${tally.unreadable} no request)`,
    {
      hint: 'name the incumbent’s dialect in the configuration, and what its paths begin with by --prefix',
    },
  );
}

const EMPTY_TALLY: ReadTally = {
  read: 0,
  questions: 0,
  notReadOnly: 0,
  undecoded: 0,
  unreadable: 0,
  firstUnreadable: null,
};

function sumOf(one: ReadTally, other: ReadTally): ReadTally {
  return {
    read: one.read + other.read,
    questions: one.questions + other.questions,
    notReadOnly: one.notReadOnly + other.notReadOnly,
    undecoded: one.undecoded + other.undecoded,
    unreadable: one.unreadable + other.unreadable,
    firstUnreadable: one.firstUnreadable ?? other.firstUnreadable,
  };
}

async function asVectors(
  needs: readonly CapturedNeed[],
  embed: NonNullable<CaptureJobOptions['embed']>,
): Promise<CapturedNeed[]> {
  const withText = needs.flatMap(({ question }) => (question.text === null ? [] : [question.text]));
  const vectors = await embed(withText);
  const vectorOf = new Map(withText.map((text, at) => [text, vectors[at]]));
  return needs.map((need) => {
    const vector = need.question.text === null ? undefined : vectorOf.get(need.question.text);
    return vector === undefined
      ? need
      : { ...need, question: { ...need.question, text: null, vector } };
  });
}

async function factsOf(config: CaptureConfig, options: CaptureJobOptions): Promise<ManifestInput> {
  const { dialect, redact, runs: _, ...asked } = config;
  const health = await options.incumbent?.health();
  const description = health?.kind === 'ok' ? health.value : { service: null, version: null };
  const incumbent: BackendFingerprint = {
    url: options.incumbent?.label ?? 'not asked',
    ...description,
    model: null,
    dimension: null,
  };
  return {
    kind: 'capture',
    ...(await runEnvironment()),
    status: 'interrupted',
    corpus: null,
    config: redactConfig({ ...asked, redact: redact.map(({ name }) => name) }, ''),
    dialects: { incumbent: dialect.fingerprint, candidate: dialect.fingerprint },
    backends: {
      incumbent,
      candidate: { ...incumbent, url: 'none', service: null, version: null },
    },
    seeds: { sample: config.seed },
  };
}
