import type { FaultSpec } from '../../gateway/faults/types.ts';
import type { GatewayKind } from '../../gateway/messages.ts';
import { type ChildGateway, startChild } from '../../gateway/process/child-gateway.ts';

/** The gateways of a drill over one corpus: one sound incumbent, and a candidate a run. */
export interface DrillGateways {
  readonly incumbentUrl: string;
  /** Starts a candidate with faults; the caller stops it. */
  candidate(faults: readonly FaultSpec[]): Promise<ChildGateway>;
  /** Ends the incumbent and every candidate that is left. */
  stop(): Promise<void>;
}

/** What the gateways serve. */
export interface Served {
  readonly corpusFolder: string;
  readonly encoderFolder: string;
}

const START_DEADLINE_MS = 240_000;

/**
 * Starts the incumbent of a drill.
 * @throws InfrastructureError where it does not start; UsageError where the corpus or the encoder is at fault.
 */
export async function openGateways(served: Served, signal: AbortSignal): Promise<DrillGateways> {
  const left = new Set<ChildGateway>();
  const start = async (kind: GatewayKind, faults: readonly FaultSpec[]): Promise<ChildGateway> => {
    const gateway = await startChild(
      { type: 'serve', kind, port: 0, faults, allowWrites: false, ...served },
      AbortSignal.any([signal, AbortSignal.timeout(START_DEADLINE_MS)]),
    );
    left.add(gateway);
    return gateway;
  };
  const incumbent = await start('rust', []);
  return {
    incumbentUrl: incumbent.url,
    candidate: async (faults) => {
      const gateway = await start('go', faults);
      return {
        ...gateway,
        stop: async () => {
          left.delete(gateway);
          await gateway.stop();
        },
      };
    },
    stop: async () => {
      await Promise.all([...left].map((gateway) => gateway.stop()));
    },
  };
}
