import { UsageError } from '../../errors.ts';
import type { RunKind } from './manifest.ts';
import type { RunReader } from './run-reader.ts';

/** What makes runs of kinds that no command is named for. */
const MADE_BY: Readonly<Partial<Record<RunKind, string>>> = {
  probe: 'a probe (bench all and the commands of probes)',
  candidates: 'several candidates (bench retrieve --also)',
  baseline: 'a captured baseline (bench retrieve --baseline)',
};

/**
 * Requires that a run is of one kind; folders of earlier versions do not say of which they are.
 * @throws UsageError that names the command that made it
 */
export function requireKind(
  { description, folder }: Pick<RunReader, 'description' | 'folder'>,
  kind: RunKind,
): void {
  const known = description?.kind;
  if (known === undefined || known === kind) return;
  const by = MADE_BY[known] ?? `bench ${known}`;
  throw new UsageError('run-kind', `${folder} is a run of ${by}, not of ${kind}`, {
    hint: `name a run folder of bench ${kind}`,
  });
}
