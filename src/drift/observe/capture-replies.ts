import type { Progress } from '../../observe/progress.ts';
import type { Side } from '../../record/types.ts';
import type { HttpAccess } from '../../wire/http/access.ts';
import type { CapturedReplies, RawReply, ReplyPair, Scenario } from '../record/raw-replies.ts';
import { type Asked, driftProbes, type Probe, type ProbeOptions } from './probes.ts';
import { sendRaw } from './send-raw.ts';

/** What capturing needs. */
export interface CaptureOptions extends ProbeOptions {
  readonly sides: Readonly<Record<Side, HttpAccess>>;
  readonly progress: Progress;
  readonly signal: AbortSignal;
}

/**
 * Puts the same logical requests to both sides, each twice, and keeps the responses. A request that one of the
 * sides cannot say in one request is left out, and so is one that a side answers with another status when it is
 * asked again. Nothing is done to make a backend fail: replies are of the scenario 5xx where one of the sides
 * answered so.
 * @throws InfrastructureError where a side does not answer at all.
 */
export async function captureReplies(options: CaptureOptions): Promise<CapturedReplies> {
  const { sides, progress, signal } = options;
  const probes = driftProbes(options);
  progress.stage('drift', probes.length);
  const groups = new Map<string, { endpoint: string; scenario: Scenario; pairs: ReplyPair[] }>();
  const unsteady: { endpoint: string; asked: string }[] = [];
  for (const probe of probes) {
    signal.throwIfAborted();
    progress.tick(1);
    const incumbent = probe.of(sides.incumbent);
    const candidate = probe.of(sides.candidate);
    if (incumbent === null || candidate === null) continue;
    const send = (side: Side, asked: Asked): Promise<RawReply> =>
      sendRaw(side, sides[side], asked, signal);
    const { endpoint, asked } = probe;
    const pair: ReplyPair = {
      asked,
      incumbent: await send('incumbent', incumbent),
      candidate: await send('candidate', candidate),
      incumbentAgain: await send('incumbent', incumbent),
      candidateAgain: await send('candidate', candidate),
    };
    if (!isSteady(pair)) {
      unsteady.push({ endpoint, asked });
      continue;
    }
    const scenario = scenarioOf(probe, pair);
    const key = `${endpoint} ${scenario}`;
    const known = groups.get(key) ?? { endpoint, scenario, pairs: [] };
    known.pairs.push(pair);
    groups.set(key, known);
  }
  return { groups: [...groups.values()], unsteady };
}

function isSteady({ incumbent, incumbentAgain, candidate, candidateAgain }: ReplyPair): boolean {
  return incumbent.status === incumbentAgain.status && candidate.status === candidateAgain.status;
}

function scenarioOf({ intent }: Probe, { incumbent, candidate }: ReplyPair): Scenario {
  return Math.max(incumbent.status, candidate.status) >= 500 ? '5xx' : intent;
}
