import type { Progress } from '../../progress.ts';
import type { Side } from '../../record/types.ts';
import type { HttpAccess } from '../../wire/http/access.ts';
import type { CapturedPair, CapturedReply } from '../record/raw-replies.ts';
import { type DriftProbeOptions, driftProbes, type SideRequest } from './probes.ts';
import { sendRaw } from './send-raw.ts';

/** What capturing needs. */
export interface CaptureOptions extends DriftProbeOptions {
  readonly sides: Readonly<Record<Side, HttpAccess>>;
  /** Told of every block of responses, numbered from 1, so that it is on disk before the next begins. */
  readonly onBlock: (pairs: CapturedPair[], block: number) => Promise<void>;
  readonly progress: Progress;
  readonly signal: AbortSignal;
}

const PAIRS_PER_BLOCK = 50;

/**
 * Puts the same logical requests to both sides, each twice, and hands on the responses. A request that one of the
 * sides cannot say in one request is left out. Nothing is done to make a backend fail.
 * @throws InfrastructureError where a side does not answer at all.
 */
export async function captureReplies(options: CaptureOptions): Promise<void> {
  const { sides, progress, signal, onBlock } = options;
  const probes = driftProbes(options);
  progress.stage('drift', probes.length);
  let pairs: CapturedPair[] = [];
  let block = 1;
  for (const { endpoint, intent, asked, of } of probes) {
    signal.throwIfAborted();
    progress.tick(1);
    const incumbent = of(sides.incumbent);
    const candidate = of(sides.candidate);
    if (incumbent === null || candidate === null) continue;
    const send = (side: Side, request: SideRequest): Promise<CapturedReply> =>
      sendRaw(side, sides[side], request, signal);
    pairs.push({
      endpoint,
      intent,
      asked,
      incumbent: await send('incumbent', incumbent),
      candidate: await send('candidate', candidate),
      incumbentAgain: await send('incumbent', incumbent),
      candidateAgain: await send('candidate', candidate),
    });
    if (pairs.length < PAIRS_PER_BLOCK) continue;
    await onBlock(pairs, block++);
    pairs = [];
  }
  if (pairs.length > 0) await onBlock(pairs, block);
}
