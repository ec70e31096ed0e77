import { isEvidenceOf } from '../../src/logs/evidence/run-evidence.ts';
import type { EvidenceHashes } from '../../src/logs/ledger/row.ts';
import type { Side } from '../../src/record/types.ts';
import type { Dialect } from '../../src/wire/dialect.ts';
import { type HttpBackend, http } from '../../src/wire/http/http-backend.ts';
import type { HealthResponse } from '../../src/wire/operations.ts';

/** Names and versions that two running backends give. */
export interface WatchedVersions {
  /** Whether a verdict is of the backends that run now; never before both have answered once. */
  readonly areOf: (evidence: EvidenceHashes) => boolean;
  readonly stop: () => Promise<void>;
}

/** How often backends are asked for their health. */
const EVERY_MS = 10_000;

/** Asks both backends who they are, now and every ten seconds; one that does not answer is what it was. */
export async function watchVersions(
  sides: Readonly<Record<Side, { readonly url: string; readonly dialect: Dialect }>>,
  everyMs = EVERY_MS,
): Promise<WatchedVersions> {
  const open = ({ url, dialect }: { readonly url: string; readonly dialect: Dialect }) =>
    http({ url, dialect, connections: 1 });
  const backends = { incumbent: open(sides.incumbent), candidate: open(sides.candidate) };
  const seen: Partial<Record<Side, HealthResponse>> = {};
  const ending = new AbortController();
  const look = async (side: Side, backend: HttpBackend): Promise<void> => {
    const outcome = await backend.health(ending.signal);
    if (outcome.kind === 'ok') seen[side] = outcome.value;
  };
  const both = async (): Promise<void> => {
    await Promise.all([
      look('incumbent', backends.incumbent),
      look('candidate', backends.candidate),
    ]);
  };
  await both();
  const timer = setInterval(() => void both(), everyMs);
  timer.unref();
  return {
    areOf: ({ incumbentBackend, candidateBackend }) =>
      seen.incumbent !== undefined &&
      seen.candidate !== undefined &&
      isEvidenceOf(incumbentBackend, seen.incumbent) &&
      isEvidenceOf(candidateBackend, seen.candidate),
    stop: async () => {
      clearInterval(timer);
      ending.abort();
      await Promise.all([backends.incumbent.close(), backends.candidate.close()]);
    },
  };
}
