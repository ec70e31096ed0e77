import { InfrastructureError } from '../../errors.ts';
import type { Progress } from '../../progress.ts';
import type { Side } from '../../record/types.ts';
import type { HttpBackend } from '../../wire/http/http-backend.ts';
import type {
  CandidateState,
  CutoverExchange,
  CutoverLatency,
  CutoverLoad,
  CutoverPart,
  CutoverStage,
  RoutedStage,
} from '../record/observations.ts';
import { askFrontend, connectTo, type Dialects } from './ask.ts';
import { type LatencyShape, measureLatency } from './latency.ts';
import { CandidateLoad, type LoadShape } from './load.ts';
import { encoded, lightRequest, routeNames, routeRequests } from './requests.ts';
import { observeWrites } from './writes.ts';

/** What is probed, and what may be done to it. */
export interface CutoverSubject {
  readonly frontend: 'embedded' | 'running';
  readonly frontendUrl: string;
  /** The backends themselves, to compare with; null where they are not known. */
  readonly incumbentUrl: string | null;
  readonly candidateUrl: string | null;
  readonly setting: string;
  /** Opens and shuts the cutover; null where that is another's to do. */
  readonly setOpen: ((isOpen: boolean) => Promise<void>) | null;
  /** Brings the candidate into a state; null where that is another's to do. */
  readonly setCandidate: ((state: CandidateState) => Promise<void>) | null;
  /** A path that can be routed to the candidate; null where that is another's to do. */
  readonly route: CutoverRoute | null;
}

/** One path of the incumbent, all of which can be routed to the candidate. */
export interface CutoverRoute {
  readonly path: string;
  /** Header whose value decides who is in the share. */
  readonly keyHeader: string;
  /** Routes the path, with or without a verdict that stands for it; the cutover is open then. */
  readonly begin: (isProved: boolean) => Promise<void>;
}

/** What the probe tells, and what ends it. */
export interface CutoverObserveOptions {
  /** Told of every finished part, numbered from 1, so that it is on disk before the next begins. */
  readonly onPart: (part: CutoverPart, number: number) => Promise<void>;
  readonly progress: Progress;
  readonly signal: AbortSignal;
}

/** How the probe goes about it. */
export interface CutoverPlan {
  /** How each side is spoken to. */
  readonly dialects: Dialects;
  /** An index that both sides have. */
  readonly index: string;
  /** Makes the names of what is written unique. */
  readonly nonce: string;
  readonly mayWrite: boolean;
  readonly latency: LatencyShape;
  readonly loads: Readonly<Record<CandidateState, LoadShape>>;
  readonly timeoutMs: number;
}

const FAULTS: readonly CandidateState[] = ['sound', 'killed', 'hung', 'failing', 'saturated'];
/** What holds in each stage with a route, in turn. */
const ROUTED: readonly {
  readonly stage: RoutedStage;
  readonly isProved: boolean;
  readonly isKeyed: boolean;
  readonly candidate: CandidateState;
}[] = [
  { stage: 'routed', isProved: true, isKeyed: true, candidate: 'sound' },
  { stage: 'routed, no key', isProved: true, isKeyed: false, candidate: 'sound' },
  { stage: 'routed, no verdict', isProved: false, isKeyed: true, candidate: 'sound' },
  { stage: 'routed, candidate killed', isProved: true, isKeyed: true, candidate: 'killed' },
];
const PREFIX = { incumbent: '/api', candidate: '/_go' } as const;

/**
 * Carries out the probe and hands on what is seen, part by part: the same requests straight to the backends and through the frontend with the
 * cutover shut, open, open with the candidate in every state it can be brought into, and shut again.
 * @throws InfrastructureError where the frontend does not answer at all; or the signal's reason.
 */
export async function observeCutover(
  subject: CutoverSubject,
  plan: CutoverPlan,
  { progress, signal, onPart }: CutoverObserveOptions,
): Promise<void> {
  const opened: HttpBackend[] = [];
  const open = (side: Side, url: string, connections = 4): HttpBackend => {
    const { timeoutMs, dialects } = plan;
    const backend = connectTo(url, dialects[side], { timeoutMs, connections });
    opened.push(backend);
    return backend;
  };
  const through = (side: Side, connections?: number) =>
    open(side, `${subject.frontendUrl}${PREFIX[side]}`, connections);
  const behind = { incumbent: through('incumbent'), candidate: through('candidate') };
  const straight = {
    incumbent: subject.incumbentUrl === null ? null : open('incumbent', subject.incumbentUrl),
    candidate: subject.candidateUrl === null ? null : open('candidate', subject.candidateUrl),
  };
  let parts = 0;
  const done = (part: Partial<CutoverPart>) => onPart({ ...NOTHING, ...part }, ++parts);
  const requests = {
    incumbent: routeRequests(behind.incumbent, plan.index),
    candidate: routeRequests(behind.candidate, plan.index),
  };
  const walk = async (
    side: Side,
    stage: CutoverStage,
    { http }: HttpBackend,
    more: Readonly<Record<string, string>> = {},
  ) => {
    const exchanges: CutoverExchange[] = [];
    const names = routeNames(requests[side]);
    for (const [at, request] of requests[side].entries()) {
      signal.throwIfAborted();
      const headers = { ...request.headers, ...more };
      const answer = await askFrontend(http, { ...request, headers }, signal);
      exchanges.push({ side, route: names[at] ?? request.path, stage, answer });
    }
    return exchanges;
  };
  const both = async (stage: CutoverStage) => {
    progress.note(`cutover ${stage} …`);
    const exchanges = [
      ...(await walk('incumbent', stage, behind.incumbent)),
      ...(await walk('candidate', stage, behind.candidate)),
    ];
    await done({ exchanges });
  };
  try {
    const isOpenNow = await isOpen(behind.candidate, subject);
    progress.note('straight to the backends …');
    for (const stage of ['direct', 'direct again'] as const) {
      const exchanges: CutoverExchange[] = [];
      for (const side of ['incumbent', 'candidate'] as const) {
        const backend = straight[side];
        if (backend !== null) exchanges.push(...(await walk(side, stage, backend)));
      }
      await done({ exchanges });
    }
    if (subject.setOpen !== null) await subject.setOpen(false);
    if (subject.setOpen !== null || !isOpenNow) await both('shut');
    if (subject.setOpen !== null) await subject.setOpen(true);
    if (subject.setOpen !== null || isOpenNow) {
      await both('open');
      if (plan.mayWrite) {
        progress.note('writing through each side …');
        await done({ writes: await observeWrites(behind, plan.nonce, signal) });
      }
      const watched = {
        side: through('incumbent', 1).http,
        request: lightRequest(behind.incumbent, plan.index),
      };
      for (const state of subject.setCandidate === null ? (['sound'] as const) : FAULTS) {
        progress.note(`candidate ${state} …`);
        await subject.setCandidate?.(state);
        const shape = plan.loads[state];
        const load = new CandidateLoad(
          through('candidate', shape.concurrency),
          lightRequest(behind.candidate, plan.index),
          shape,
        );
        let exchanges: CutoverExchange[];
        let latency: CutoverLatency;
        let counted: CutoverLoad;
        try {
          await load.on();
          exchanges = await walk('incumbent', `open, candidate ${state}`, behind.incumbent);
          latency = await measureLatency(watched, load, state, plan.latency, signal);
        } finally {
          counted = await load.finish(state);
        }
        await done({ exchanges, latencies: [latency], loads: [counted] });
      }
    }
    if (subject.route !== null) {
      const { keyHeader, begin } = subject.route;
      for (const { stage, isProved, isKeyed, candidate } of ROUTED) {
        progress.note(`${stage} …`);
        await subject.setCandidate?.(candidate);
        await begin(isProved);
        const key: Record<string, string> = isKeyed ? { [keyHeader]: 'cutover-probe' } : {};
        await done({ exchanges: await walk('incumbent', stage, behind.incumbent, key) });
      }
    }
    if (subject.setOpen !== null) {
      await subject.setCandidate?.('sound');
      await subject.setOpen(false);
      await both('shut again');
    }
  } finally {
    await Promise.all(opened.map((backend) => backend.close()));
  }
}

const NOTHING: CutoverPart = { exchanges: [], loads: [], latencies: [], writes: [] };

/** A cutover is shut where a request to the candidate is 503 and names the setting. */
async function isOpen({ http }: HttpBackend, subject: CutoverSubject): Promise<boolean> {
  const [health] = encoded(http, 'health', {});
  const answer = await askFrontend(http, health ?? { method: 'GET', path: '/' });
  if (answer.status === null) {
    throw new InfrastructureError(
      'cutover-frontend',
      `the frontend at ${subject.frontendUrl} does not answer (${answer.failure})`,
      {
        hint: 'bench serve --frontend starts one; without --frontend, bench cutover starts its own',
      },
    );
  }
  return answer.status !== 503 || !JSON.stringify(answer.json ?? null).includes(subject.setting);
}
