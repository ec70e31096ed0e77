import { once } from 'node:events';
import { resolve } from 'node:path';
import { createFrontend } from '../../src/cutover/frontend/frontend.ts';
import { ledgerVerdicts } from '../../src/cutover/frontend/ledger-verdicts.ts';
import { type Listener, listen } from '../../src/cutover/frontend/listen.ts';
import { loadAdapters } from '../../src/cutover/frontend/load-adapters.ts';
import type { EvidenceRoute } from '../../src/cutover/frontend/route/evidence-route.ts';
import type { ResponseAdapter } from '../../src/cutover/frontend/types.ts';
import { EXIT, UsageError } from '../../src/errors.ts';
import type { TrafficTap } from '../../src/wire/http/seen-exchange.ts';
import type { DefineCommand } from '../command.ts';
import type { Io } from '../io.ts';
import { RECORDS } from '../records.ts';
import {
  addTrafficOptions,
  questionLogOf,
  routeOfFlags,
  type TrafficFlags,
} from '../traffic/frontend-traffic.ts';
import { addListenOptions, type ListenFlags } from '../traffic/listening.ts';

const LEDGER = `${RECORDS}/ledger.jsonl`;

/** Where a frontend passes requests, and its port. */
interface FrontendPlace {
  readonly incumbentUrl: string;
  readonly candidateUrl: string | null;
  readonly port: number;
  /** By default `parity/ledger.jsonl`. */
  readonly ledger?: string;
  readonly adapters?: ReadonlyMap<string, ResponseAdapter>;
  readonly tap?: TrafficTap;
  readonly route?: EvidenceRoute;
  /** Names by which it is asked beside its own address. */
  readonly hosts?: readonly string[];
}

/**
 * Starts the frontend in this process and says where it is and whether the cutover is open.
 * @throws UsageError where a URL is no plain origin.
 * @throws InfrastructureError where the port cannot be had.
 */
export async function serveFrontend(place: FrontendPlace, io: Io): Promise<Listener> {
  const { incumbentUrl, candidateUrl, port, ledger = LEDGER, adapters = new Map() } = place;
  const verdictOf = ledgerVerdicts(resolve(io.cwd, ledger));
  const { tap, route } = place;
  const options = {
    incumbentUrl,
    candidateUrl,
    verdictOf,
    adapters,
    ...(tap === undefined ? {} : { tap }),
    ...(route === undefined ? {} : { route }),
  };
  const frontend = await listen(createFrontend(options), port, place.hosts);
  io.stdout(`frontend ${frontend.url} (cutover ${candidateUrl === null ? 'shut' : 'open'})\n`);
  return frontend;
}

interface FrontendFlags extends TrafficFlags, ListenFlags {
  readonly incumbentUrl?: string;
  readonly candidateUrl?: string;
  readonly ledger: string;
  readonly adapters?: string;
}

/** `bench frontend`: the cutover frontend by itself, before two backends that run elsewhere. */
export const frontendCommand: DefineCommand = (command, io, done) => {
  addListenOptions(addTrafficOptions(command))
    .option('--incumbent-url <url>', 'origin of the incumbent (environment: RUST_LAKEHOUSE_URL)')
    .option('--candidate-url <url>', 'origin of the candidate (environment: GO_LAKEHOUSE_URL)')
    .option('--ledger <file>', 'where verdicts are looked up', LEDGER)
    .option('--adapters <module>', "answer in the incumbent's shape: functions by candidate path")
    .action(async (options: FrontendFlags) => {
      const incumbentUrl = options.incumbentUrl ?? io.env.RUST_LAKEHOUSE_URL ?? '';
      const candidateUrl = options.candidateUrl ?? io.env.GO_LAKEHOUSE_URL ?? '';
      if (incumbentUrl === '') {
        throw new UsageError('frontend-incumbent', 'no incumbent is named', {
          hint: 'set RUST_LAKEHOUSE_URL or give --incumbent-url; bench serve --frontend starts an embedded pair',
        });
      }
      const adapters =
        options.adapters === undefined
          ? new Map<string, ResponseAdapter>()
          : await loadAdapters(resolve(io.cwd, options.adapters));
      const place = {
        incumbentUrl,
        candidateUrl: candidateUrl === '' ? null : candidateUrl,
        port: options.port,
        ledger: options.ledger,
        adapters,
        hosts: options.allowHost ?? [],
      };
      const watched = await routeOfFlags(options, place, io);
      const log = await questionLogOf(options, io);
      const frontend = await serveFrontend(
        {
          ...place,
          ...(log === null ? {} : { tap: log.tap }),
          ...(watched === null ? {} : { route: watched.route }),
        },
        io,
      );
      io.stderr('bench: Ctrl-C stops it\n');
      if (!io.signal.aborted) await once(io.signal, 'abort');
      await frontend.stop();
      await log?.stop();
      await watched?.stop();
      done(EXIT.pass);
    });
};
