import { key, left, reportOf, right, row, tableSection } from '../../report/blocks.ts';
import type { ReportDocument, Section, Tone } from '../../report/model.ts';
import { count, id, ms, prose, state, text } from '../../report/spans.ts';
import type { HealthFindings, ServiceHealth } from '../find/health.ts';

const TONES: Readonly<Record<ServiceHealth['state'], Tone>> = {
  up: 'good',
  unhealthy: 'bad',
  down: 'bad',
};

/** The health of a stack as a report of its own: it passes where every service is up. */
export function healthReport(findings: HealthFindings): ReportDocument {
  const { stack, up, of } = findings;
  const isUp = up === of;
  return reportOf([healthSection(findings)], {
    verdict: {
      state: isUp ? 'pass' : 'fail',
      tone: isUp ? 'good' : 'bad',
      sentence: prose`${count(up)} of ${count(of)} services of ${text(stack)} are up`,
    },
  });
}

/** The health of every service of a stack. */
export function healthSection({ stack, services, up, of }: HealthFindings): Section {
  return tableSection('health', prose`Health of ${text(stack)}: ${count(up)} of ${count(of)} up`, {
    columns: [
      key(left('service')),
      left('state'),
      left('version'),
      right('latency ms'),
      left('reply'),
      left('url'),
    ],
    rows: services.map(({ name, state: is, version, latencyMs, reply, url }, at) =>
      row(
        [at, name],
        [
          text(name),
          state(is, TONES[is]),
          text(version),
          ms(latencyMs, 1),
          text(reply),
          id('url', url),
        ],
        { kind: 'check' },
      ),
    ),
  });
}
