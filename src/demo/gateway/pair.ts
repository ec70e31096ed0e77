import { InfrastructureError } from '../../errors.ts';
import type { FaultSpec } from './faults/types.ts';
import { type ChildGateway, startChild } from './process/child-gateway.ts';

/** What the embedded pair serves, and how the candidate is damaged. */
export interface PairOptions {
  /** Absolute path of a corpus folder. */
  readonly corpusFolder: string;
  /** Absolute path of a model folder in Hugging Face layout. */
  readonly encoderFolder: string;
  /** Planted on the candidate's side alone. */
  readonly faults?: readonly FaultSpec[];
  /** Whether SQL statements may change rows, on both sides; default false. */
  readonly allowWrites?: boolean;
  /** Ports of the incumbent and the candidate; 0, the default, takes a free one. */
  readonly incumbentPort?: number;
  readonly candidatePort?: number;
  /** How long a start may go on without a sign of life; default 180,000. */
  readonly silenceMs?: number;
  /** Told how many texts both have embedded so far. */
  readonly onEmbedded?: (texts: number) => void;
  /** Ends the start; a pair that has started is ended by `stop`. */
  readonly signal?: AbortSignal;
}

/** Two gateways in processes of their own on loopback. */
export interface GatewayPair {
  readonly incumbentUrl: string;
  readonly candidateUrl: string;
  /** Process ids of the incumbent and the candidate. */
  readonly pids: readonly [number, number];
  /** Settles when one of the processes is gone, for any reason, with how it ended. */
  readonly ended: Promise<string>;
  /** Ends both processes and waits until they are gone; never rejects. */
  stop(): Promise<void>;
}

/** A database that is filled says nothing for a while. */
const SILENCE_MS = 180_000;

/**
 * Starts the Rust-shaped gateway as incumbent and the Go-shaped one as candidate, both over one
 * corpus and one encoder, and waits until both answer `/health`, however long that takes. They end with this process,
 * however it ends.
 * @throws UsageError where the corpus, the encoder or a fault is at fault.
 * @throws InfrastructureError where a gateway dies or shows no sign of life; none is left running.
 */
export async function startPair(options: PairOptions): Promise<GatewayPair> {
  const { corpusFolder, encoderFolder, faults = [], allowWrites = false } = options;
  const silent = new AbortController();
  const silence = setTimeout(
    () => silent.abort(new Error('silent')),
    options.silenceMs ?? SILENCE_MS,
  );
  const embedded = [0, 0];
  const failure = new AbortController();
  const signal = AbortSignal.any(
    options.signal === undefined
      ? [silent.signal, failure.signal]
      : [silent.signal, failure.signal, options.signal],
  );
  const started = await Promise.allSettled(
    [
      { kind: 'rust' as const, port: options.incumbentPort ?? 0, faults: [] },
      { kind: 'go' as const, port: options.candidatePort ?? 0, faults },
    ].map(async (order, at) => {
      try {
        return await startChild(
          { type: 'serve', corpusFolder, encoderFolder, allowWrites, ...order },
          signal,
          (texts) => {
            silence.refresh();
            embedded[at] = texts;
            options.onEmbedded?.(embedded.reduce((sum, count) => sum + count, 0));
          },
        );
      } catch (error) {
        // The other one need not finish its start.
        failure.abort(error);
        throw error;
      }
    }),
  );
  clearTimeout(silence);
  const children = started.flatMap((result) =>
    result.status === 'fulfilled' ? [result.value] : [],
  );
  const [incumbent, candidate] = children;
  if (incumbent === undefined || candidate === undefined) {
    await Promise.all(children.map((child) => child.stop()));
    options.signal?.throwIfAborted();
    if (silent.signal.aborted) {
      throw new InfrastructureError(
        'gateway-start',
        'the embedded gateways showed no sign of life while they started',
        { hint: 'a smaller corpus starts faster; a busy machine slower' },
      );
    }
    throw failure.signal.reason;
  }
  return pairOf(incumbent, candidate);
}

function pairOf(incumbent: ChildGateway, candidate: ChildGateway): GatewayPair {
  return {
    incumbentUrl: incumbent.url,
    candidateUrl: candidate.url,
    pids: [incumbent.pid, candidate.pid],
    ended: Promise.race([incumbent.ended, candidate.ended]),
    stop: async () => {
      await Promise.all([incumbent.stop(), candidate.stop()]);
    },
  };
}
