import { once } from 'node:events';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { InvalidArgumentError } from 'commander';
import { createFrontend } from '../../src/cutover/frontend/frontend.ts';
import type {
  EndpointVerdict,
  ResponseAdapter,
  VerdictLookup,
} from '../../src/cutover/frontend/types.ts';
import { type Listener, listen } from '../../src/demo/gateway/listen.ts';
import { EXIT, UsageError } from '../../src/errors.ts';
import { standingRows } from '../../src/logs/ledger/expired.ts';
import { type LedgerRow, readLedger } from '../../src/logs/ledger/row.ts';
import { readAppendLog } from '../../src/record/append-log.ts';
import type { DefineCommand } from '../command.ts';
import type { Io } from '../io.ts';

/** The port that the lakehouse's frontend has. */
export const FRONTEND_PORT = 3700;

const LEDGER = 'results/ledger.jsonl';

/** How long rows that were read serve further look-ups. */
const FRESH_MS = 1000;

/** Looks verdicts up in a ledger file; a file that is not there has none. */
export function ledgerVerdicts(path: string): VerdictLookup {
  let rows: Promise<readonly LedgerRow[]> = Promise.resolve([]);
  let readAtMs = Number.NEGATIVE_INFINITY;
  return async (candidatePath) => {
    const now = performance.now();
    if (now - readAtMs > FRESH_MS) {
      readAtMs = now;
      rows = readAppendLog(path).then((log) => standingRows(readLedger(log).rows));
    }
    const row = (await rows).find((standing) => isPath(standing.candidatePath, candidatePath));
    return row === undefined ? null : verdictOf(row);
  };
}

function verdictOf(row: LedgerRow): EndpointVerdict {
  const { endpoint, verdict, change, date, incumbentPath, candidatePath, runId } = row;
  return { endpoint, verdict, change, date, incumbentPath, candidatePath, runId };
}

/** Whether a path of the ledger, which may have a method and places such as `{key}`, is that of a request. */
function isPath(ledgerPath: string, asked: string): boolean {
  const pattern = ledgerPath
    .replace(/^[A-Z]+ /, '')
    .split(/\{[^}]*\}|\*/)
    .map((text) => text.replace(/[\\^$.|?+()[\]{}]/g, '\\$&'))
    .join('.+');
  return new RegExp(`^${pattern}$`).test(asked);
}

/** Where a frontend passes requests, and its port. */
interface FrontendPlace {
  readonly incumbentUrl: string;
  readonly candidateUrl: string | null;
  readonly port: number;
  /** By default `results/ledger.jsonl`. */
  readonly ledger?: string;
  readonly adapters?: ReadonlyMap<string, ResponseAdapter>;
}

/**
 * Starts the frontend in this process and says where it is and whether the cutover is open.
 * @throws UsageError where a URL is no plain origin.
 * @throws InfrastructureError where the port cannot be had.
 */
export async function serveFrontend(place: FrontendPlace, io: Io): Promise<Listener> {
  const { incumbentUrl, candidateUrl, port, ledger = LEDGER, adapters = new Map() } = place;
  const verdictOf = ledgerVerdicts(resolve(io.cwd, ledger));
  const options = { incumbentUrl, candidateUrl, verdictOf, adapters };
  const frontend = await listen(createFrontend(options), port);
  io.stdout(`frontend ${frontend.url} (cutover ${candidateUrl === null ? 'shut' : 'open'})\n`);
  return frontend;
}

/**
 * Loads response adapters: a module that exports `adapters`, an object of functions by candidate path.
 * @throws UsageError where the module cannot be loaded or has no such export.
 */
export async function loadAdapters(path: string): Promise<ReadonlyMap<string, ResponseAdapter>> {
  let loaded: { readonly adapters?: unknown };
  try {
    loaded = await import(pathToFileURL(path).href);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message.split('\n')[0] : String(cause);
    throw new UsageError('frontend-adapters', `${path}: cannot be loaded: ${why}`, { cause });
  }
  const entries = Object.entries(Object(loaded.adapters ?? {}));
  const isSound = ([at, adapter]: [string, unknown]) =>
    at.startsWith('/') && typeof adapter === 'function';
  if (entries.length > 0 && entries.every(isSound)) {
    return new Map(entries as [string, ResponseAdapter][]);
  }
  throw new UsageError('frontend-adapters', `${path}: exports no adapters`, {
    hint: "export const adapters = { '/v1/embed': (body) => …, … }",
  });
}

interface FrontendOptions {
  readonly incumbentUrl?: string;
  readonly candidateUrl?: string;
  readonly port: number;
  readonly ledger: string;
  readonly adapters?: string;
}

/** `bench frontend`: the cutover frontend by itself, before two backends that run elsewhere. */
export const frontendCommand: DefineCommand = (command, io, done) => {
  command
    .option('--incumbent-url <url>', 'origin of the incumbent (environment: RUST_LAKEHOUSE_URL)')
    .option('--candidate-url <url>', 'origin of the candidate (environment: GO_LAKEHOUSE_URL)')
    .option('--port <n>', 'port on the loopback interface, 0 for a free one', port, FRONTEND_PORT)
    .option('--ledger <file>', 'where verdicts are looked up', LEDGER)
    .option('--adapters <module>', "answer in the incumbent's shape: functions by candidate path")
    .action(async (options: FrontendOptions) => {
      const incumbentUrl = options.incumbentUrl ?? io.env.RUST_LAKEHOUSE_URL ?? '';
      const candidateUrl = options.candidateUrl ?? io.env.GO_LAKEHOUSE_URL ?? '';
      if (incumbentUrl === '') {
        throw new UsageError('frontend-incumbent', 'no incumbent is named', {
          hint: 'set RUST_LAKEHOUSE_URL or give --incumbent-url; bench serve --frontend starts an embedded pair',
        });
      }
      const frontend = await serveFrontend(
        {
          incumbentUrl,
          candidateUrl: candidateUrl === '' ? null : candidateUrl,
          port: options.port,
          ledger: options.ledger,
          ...(options.adapters === undefined
            ? {}
            : { adapters: await loadAdapters(resolve(io.cwd, options.adapters)) }),
        },
        io,
      );
      io.stderr('bench: Ctrl-C stops it\n');
      if (!io.signal.aborted) await once(io.signal, 'abort');
      await frontend.stop();
      done(EXIT.pass);
    });
};

function port(text: string): number {
  const value = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN;
  if (!(value <= 65_535)) throw new InvalidArgumentError('expected a port from 0 to 65535');
  return value;
}
