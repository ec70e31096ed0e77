import { cellText, fixed } from '../../report/numbers.ts';
import { section } from '../../report/table.ts';
import type { HealthFindings } from '../find/health.ts';

/** The table of a stack's health as Markdown. */
export function renderHealth({ stack, services, up, of }: HealthFindings): string {
  return section(
    `Health of ${cellText(stack)}: ${up} of ${of} up`,
    ['service', 'state', 'version', '>latency ms', 'said', 'url'],
    services.map(({ name, state, version, latencyMs, said, url }) => [
      cellText(name),
      state,
      cellText(version ?? '–'),
      fixed(latencyMs, 1),
      cellText(said),
      cellText(url),
    ]),
  );
}
