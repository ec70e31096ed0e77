import { setTimeout as sleep } from 'node:timers/promises';
import type { FrontendLimits } from '../../cutover/frontend/limits.ts';
import type { CutoverSubject } from '../../cutover/observe/observe-cutover.ts';
import type { CandidateState } from '../../cutover/record/observations.ts';
import type { ChildServer } from '../../load/floor/child-server.ts';
import { parseFault } from '../gateway/faults/parse.ts';
import type { GatewayKind } from '../gateway/messages.ts';
import { type ChildGateway, startChild } from '../gateway/process/child-gateway.ts';
import { DEMO_ROUTE } from './demo-route.ts';
import type { FrontendOrder } from './frontend-child.ts';
import { startFrontend } from './frontend-process.ts';

/** What the embedded cutover serves. */
export interface EmbeddedOptions {
  readonly corpusFolder: string;
  readonly encoderFolder: string;
  /** Absolute path of the ledger's file. */
  readonly ledger: string;
  readonly signal: AbortSignal;
}

/** The frontend before two gateways of our own, with a candidate that can be broken. */
export interface EmbeddedFrontend {
  readonly subject: CutoverSubject;
  stop(): Promise<void>;
}

/** The candidate's faults by state; `killed` has no process. */
const PLANTED: Readonly<Record<Exclude<CandidateState, 'killed'>, readonly string[]>> = {
  sound: [],
  hung: ['hang:1'],
  failing: ['errors:1'],
  // Slow enough for more requests than it has places.
  saturated: ['slow-tail:1'],
};

/** Small enough to reach within seconds. */
const CANDIDATE_LIMITS: Partial<FrontendLimits> = {
  inFlightPerSide: 8,
  connectionsPerSide: 4,
  answerTimeoutMs: 500,
};

/**
 * Starts two gateways and the frontend in processes of their own, with the cutover shut.
 * @throws InfrastructureError where one of them does not start; none is left running.
 */
export async function startEmbeddedFrontend(options: EmbeddedOptions): Promise<EmbeddedFrontend> {
  const { corpusFolder, encoderFolder, signal, ledger } = options;
  const start = (kind: GatewayKind, port: number, faults: readonly string[]) =>
    startChild(
      {
        type: 'serve',
        kind,
        port,
        corpusFolder,
        encoderFolder,
        faults: faults.map((text) => parseFault(text, 1)),
        allowWrites: true,
      },
      signal,
    );
  const started = await Promise.allSettled([start('rust', 0, []), start('go', 0, [])]);
  const children = started.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
  const [incumbent, firstCandidate] = children;
  if (incumbent === undefined || firstCandidate === undefined) {
    await Promise.all(children.map((child) => child.stop()));
    throw started.find((one) => one.status === 'rejected')?.reason;
  }
  const candidateUrl = firstCandidate.url;
  let candidate: ChildGateway | null = firstCandidate;
  let state: CandidateState = 'sound';
  const serve = (
    isOpen: boolean,
    port: number,
    route: FrontendOrder['route'] = null,
  ): Promise<ChildServer> =>
    startFrontend({
      route,
      incumbentUrl: incumbent.url,
      candidateUrl: isOpen ? candidateUrl : null,
      candidateLimits: CANDIDATE_LIMITS,
      ledger,
      port,
    });
  let frontend: ChildServer | null = null;
  const stop = async () => {
    await Promise.all([frontend?.stop(), incumbent.stop(), candidate?.stop()]);
  };
  try {
    frontend = await serve(false, 0);
  } catch (error) {
    await stop();
    throw error;
  }
  const frontendUrl = frontend.url;
  // As in service: the setting is read at the start, so another one takes a restart.
  const restart = async (isOpen: boolean, route: FrontendOrder['route'] = null): Promise<void> => {
    await frontend?.stop();
    frontend = await serve(isOpen, Number(new URL(frontendUrl).port), route);
    // Clients learn that their connections are closed.
    await sleep(50);
  };
  return {
    stop,
    subject: {
      frontend: 'embedded',
      frontendUrl,
      incumbentUrl: incumbent.url,
      candidateUrl,
      setting: 'GO_LAKEHOUSE_URL',
      setOpen: (isOpen) => restart(isOpen),
      route: { ...DEMO_ROUTE, begin: (isProved) => restart(true, { isProved }) },
      setCandidate: async (wanted) => {
        if (wanted === state) return;
        if (candidate !== null) await killed(candidate);
        candidate = null;
        state = wanted;
        if (wanted === 'killed') return;
        candidate = await start('go', Number(new URL(candidateUrl).port), PLANTED[wanted]);
      },
    },
  };
}

/** Ends a process without a word of warning. */
async function killed(child: ChildGateway): Promise<void> {
  if (child.pid > 0) process.kill(child.pid, 'SIGKILL');
  await child.ended;
}
