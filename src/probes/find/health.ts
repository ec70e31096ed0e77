import type { HealthRecord } from '../record/services.ts';

/** One service as the table shows it. */
export interface ServiceHealth {
  readonly name: string;
  readonly url: string;
  readonly state: 'up' | 'unhealthy' | 'down';
  readonly version: string | null;
  /** Null where it did not answer. */
  readonly latencyMs: number | null;
  /** What it said, or how it failed. */
  readonly reply: string;
}

/** What the health probe found: `up` of `of` services. */
export interface HealthFindings {
  readonly probe: 'health';
  readonly stack: string;
  readonly up: number;
  readonly of: number;
  readonly services: readonly ServiceHealth[];
}

/** A service is up where it answers that it is; one that answers anything else is unhealthy. */
export function healthFindings({ stack, services, answers }: HealthRecord): HealthFindings {
  const rows = services.map(({ name, url }, at): ServiceHealth => {
    const answer = answers[at];
    const seen = answer?.value ?? null;
    const hasAnswered = answer !== undefined && answer.status !== null;
    return {
      name,
      url,
      state: seen?.healthy === true ? 'up' : hasAnswered ? 'unhealthy' : 'down',
      version: seen?.version ?? null,
      latencyMs: hasAnswered ? answer.latencyMs : null,
      reply: seen?.reply ?? answer?.detail ?? 'not asked',
    };
  });
  return {
    probe: 'health',
    stack,
    up: rows.filter(({ state }) => state === 'up').length,
    of: rows.length,
    services: rows,
  };
}
