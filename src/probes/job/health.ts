import { EXIT, type ExitCode } from '../../errors.ts';
import type { Timeouts } from '../../wire/http/failure.ts';
import { type HealthFindings, healthFindings } from '../find/health.ts';
import { observeHealth } from '../observe/health.ts';
import type { Stack } from './stack.ts';

/** How services are asked for their health. */
export interface HealthOptions {
  readonly signal?: AbortSignal;
  readonly timeouts?: Partial<Timeouts>;
}

/** The health of a stack; findings are null where an interrupt came first. */
export interface HealthResult {
  readonly findings: HealthFindings | null;
  /** 0 where every service is up, 4 where one is not, 130 after an interrupt. */
  readonly exitCode: ExitCode;
}

/** Asks every service of a stack for its health, all at once; one that does not answer is down. */
export async function health(stack: Stack, options: HealthOptions = {}): Promise<HealthResult> {
  const { signal = new AbortController().signal, timeouts = {} } = options;
  try {
    const record = await observeHealth(stack.services, { stack: stack.name, timeouts, signal });
    const findings = healthFindings(record);
    const isUp = findings.up === findings.of;
    return { findings, exitCode: isUp ? EXIT.pass : EXIT.infrastructure };
  } catch (error) {
    if (!signal.aborted) throw error;
    return { findings: null, exitCode: EXIT.interrupted };
  }
}
