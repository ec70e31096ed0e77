import { randomBytes } from 'node:crypto';
import { join, resolve } from 'node:path';
import { InvalidArgumentError } from 'commander';
import { packageRoot } from '../src/config/package-root.ts';
import { type SliceFindings, sliceFindings } from '../src/cutover/find/findings.ts';
import type { LoadShape } from '../src/cutover/observe/load.ts';
import {
  observeSlice,
  type SlicePlan,
  type SliceSubject,
} from '../src/cutover/observe/observe-slice.ts';
import type { CandidateState } from '../src/cutover/record/slice.ts';
import { cutoverReport } from '../src/cutover/report/cutover-report.ts';
import { startEmbeddedSlice } from '../src/demo/cutover/embedded.ts';
import { EXIT, type ExitCode } from '../src/errors.ts';
import { writeWhole } from '../src/record/files/write-whole.ts';
import { renderMarkdown } from '../src/report/render/markdown.ts';
import type { RegisterCommand } from './command.ts';
import type { Io } from './io.ts';

/** What `bench slice` is asked to do. */
export interface SliceOptions {
  /** A running frontend; without one the embedded frontend is started. */
  readonly frontend?: string;
  readonly incumbentUrl?: string;
  readonly candidateUrl?: string;
  readonly setting: string;
  readonly index: string;
  readonly allowWrites?: boolean;
  readonly margin: number;
  readonly gateP95?: boolean;
  readonly blocks: number;
  readonly requests: number;
  readonly corpus?: string;
  readonly encoder?: string;
  readonly ledger: string;
  readonly json?: string;
}

/** What the options are where none are given. */
export const SLICE_DEFAULTS = {
  setting: 'GO_LAKEHOUSE_URL',
  index: 'workers',
  margin: 0.1,
  blocks: 12,
  requests: 200,
  ledger: 'results/ledger.jsonl',
} as const;

const LIGHT: LoadShape = { concurrency: 8, periodMs: 200, timeoutMs: 40_000 };
const LOADS: Readonly<Record<CandidateState, LoadShape>> = {
  sound: LIGHT,
  killed: LIGHT,
  hung: LIGHT,
  failing: LIGHT,
  saturated: { concurrency: 24, periodMs: 200, timeoutMs: 40_000 },
};

const EXIT_OF: Readonly<Record<SliceFindings['verdict'], ExitCode>> = {
  pass: EXIT.pass,
  fail: EXIT.fail,
  inconclusive: EXIT.inconclusive,
};

/** `bench slice`: proves by requests that the cutover frontend is additive, unchanged, reversible, isolated and separate. */
export const sliceCommand: RegisterCommand = (program, io, done) => {
  const { setting, index, margin, blocks, requests, ledger } = SLICE_DEFAULTS;
  program
    .command('slice')
    .description('prove that the candidate behind the frontend leaves the incumbent alone')
    .option('--frontend <url>', 'probe a running frontend (default: start the embedded one)')
    .option('--incumbent-url <url>', 'its incumbent, to compare with (RUST_LAKEHOUSE_URL)')
    .option('--candidate-url <url>', 'its candidate, to compare with (GO_LAKEHOUSE_URL)')
    .option('--setting <name>', 'what opens the slice of a running frontend', setting)
    .option('--index <name>', 'an index that both sides have', index)
    .option('--allow-writes', 'write an index, a key and a row through a running frontend')
    .option('--margin <share>', 'by how much the p95 of the incumbent may rise', share, margin)
    .option('--gate-p95', 'let the p95 decide (default: advisory)')
    .option('--blocks <n>', 'block pairs of the p95', count, blocks)
    .option('--requests <n>', 'requests a block', count, requests)
    .option('--corpus <folder>', 'corpus of the embedded pair')
    .option('--encoder <folder>', 'model of the embedded pair')
    .option('--ledger <file>', 'where the embedded frontend looks verdicts up', ledger)
    .option('--json <file>', 'write observations and findings')
    .action(async (options: SliceOptions) => {
      try {
        const findings = await probeSlice(options, io);
        io.stdout(renderMarkdown(cutoverReport(findings)));
        done(EXIT_OF[findings.verdict]);
      } catch (error) {
        if (!io.signal.aborted) throw error;
        done(EXIT.interrupted);
      }
    });
};

/**
 * Probes the slice and gives what was found; progress goes to stderr.
 * @throws InfrastructureError where the frontend or the embedded pair does not answer.
 */
export async function probeSlice(options: SliceOptions, io: Io): Promise<SliceFindings> {
  const embedded = options.frontend === undefined ? await startEmbedded(options, io) : null;
  try {
    const subject = embedded?.subject ?? running(options, io);
    const observations = await observeSlice(
      subject,
      planOf(options, embedded !== null),
      (what) => io.stderr(`bench: ${what} …\n`),
      io.signal,
    );
    const findings = sliceFindings(observations, {
      p95Margin: options.margin,
      gatesP95: options.gateP95 === true,
    });
    if (options.json !== undefined) {
      const text = JSON.stringify({ findings, observations }, finite, 1);
      await writeWhole(resolve(io.cwd, options.json), Buffer.from(`${text}\n`));
    }
    return findings;
  } finally {
    await embedded?.stop();
  }
}

function planOf(options: SliceOptions, isEmbedded: boolean): SlicePlan {
  const timeoutMs = 40_000;
  return {
    index: options.index,
    nonce: randomBytes(6).toString('hex'),
    mayWrite: isEmbedded || options.allowWrites === true,
    latency: { blockPairs: options.blocks, requestsPerBlock: options.requests, timeoutMs },
    loads: LOADS,
    timeoutMs,
  };
}

async function startEmbedded(options: SliceOptions, io: Io) {
  const folder = (given: string | undefined, shipped: string) =>
    given === undefined ? join(packageRoot(), 'corpora', shipped) : resolve(io.cwd, given);
  io.stderr('bench: starting two gateways and the frontend …\n');
  return startEmbeddedSlice({
    corpusFolder: folder(options.corpus, 'workers-200'),
    encoderFolder: folder(options.encoder, 'encoder'),
    ledger: resolve(io.cwd, options.ledger),
    signal: io.signal,
  });
}

function running(options: SliceOptions, io: Io): SliceSubject {
  const base = (url: string | undefined) =>
    url === undefined || url === '' ? null : url.replace(/\/+$/, '');
  return {
    frontend: 'running',
    frontendUrl: base(options.frontend) ?? '',
    incumbentUrl: base(options.incumbentUrl ?? io.env.RUST_LAKEHOUSE_URL),
    candidateUrl: base(options.candidateUrl ?? io.env.GO_LAKEHOUSE_URL),
    setting: options.setting,
    setSlice: null,
    setCandidate: null,
  };
}

/** A request without an answer has no latency that JSON could hold. */
function finite(_key: string, value: unknown): unknown {
  return typeof value === 'number' && !Number.isFinite(value) ? null : value;
}

function share(text: string): number {
  const value = Number(text);
  if (!(value > 0 && value <= 10)) throw new InvalidArgumentError('expected a share such as 0.1');
  return value;
}

function count(text: string): number {
  const value = /^\d{1,6}$/.test(text) ? Number(text) : 0;
  if (value < 1) throw new InvalidArgumentError('expected a whole number from 1');
  return value;
}
