import {
  key,
  left,
  paragraph,
  reportOf,
  right,
  row,
  section,
  table,
} from '../../../report/blocks.ts';
import type { Row } from '../../../report/model.ts';
import { renderMarkdown } from '../../../report/render/markdown.ts';
import { code, count, prose, share } from '../../../report/spans.ts';
import { requirementsOf } from '../results/requirements.ts';
import type { RunRow } from '../results/rows.ts';
import { cleanSummary, faultSummaries } from '../results/summary.ts';

/** What is published, and the command that makes it; `[path, what, command]`. */
export const PUBLISHED: readonly (readonly [path: string, what: string, command: string])[] = [
  ['retrieve/workers-200.md', 'a run over the 200 workers', 'bench retrieve -o markdown'],
  [
    'ledger.md',
    'endpoints of the embedded pair that have cleared parity',
    'bench all --results results',
  ],
  ['wire-drift.md', 'how the two wire forms differ', 'bench drift --accept --results results'],
  [
    'drill.md',
    'planted faults: what is noticed, and what it is put down to',
    'bench drill --record results/drill.jsonl',
  ],
  ['simulation/gates.md', 'how often the gates are wrong', 'npm run simulate'],
  [
    'studies/ef-search/README.md',
    'what HNSW of pgvector loses and gains, by ef_search',
    'node --conditions=source bench/experiments/studies/ef-search.ts',
  ],
  [
    'studies/filtered-scan/README.md',
    'filters after a scan, and scans that go on',
    'node --conditions=source bench/experiments/studies/filtered-scan.ts',
  ],
  [
    'studies/engines/README.md',
    'five engines at equal recall',
    'node --conditions=source bench/experiments/studies/engines.ts',
  ],
  [
    'studies/quantisation/README.md',
    'what quantisation changes',
    'node --conditions=source bench/experiments/studies/quantisation.ts',
  ],
  [
    'studies/build-variance/README.md',
    'what a rebuild changes',
    'node --conditions=source bench/experiments/studies/build-variance.ts',
  ],
  [
    'studies/model-exchange/README.md',
    'what another model changes',
    'node --conditions=source bench/experiments/studies/model-exchange.ts',
  ],
  [
    'load/README.md',
    'the load driver against servers with a known law',
    'node --conditions=source bench/experiments/load/publish.ts',
  ],
  [
    'truth/exact-vs-faiss-numpy.md',
    'exact neighbours beside faiss and numpy',
    'node --conditions=source bench/experiments/truth/exact-vs-faiss-numpy.ts',
  ],
  [
    'truth/growth.md',
    'how truth from disk grows',
    'node --conditions=source bench/experiments/size/growth.ts',
  ],
  [
    'truth/reference-vs-cpp.md',
    'the reference index beside hnswlib in C++',
    'node --conditions=source bench/experiments/size/reference-vs-cpp.ts',
  ],
  [
    'corpus/generator-growth.md',
    'how the corpus generator grows',
    'node --conditions=source bench/experiments/size/generator-growth.ts',
  ],
  [
    'embed/encoder-throughput.md',
    'the encoder’s throughput',
    'node --conditions=source bench/experiments/encoder-throughput.ts',
  ],
  [
    'scale/two-workers.md',
    'two workers of a queue beside one',
    'node --conditions=source bench/experiments/scale/two-workers.ts',
  ],
  [
    'scale/two-load-machines.md',
    'two load machines at half the rate beside one',
    'node --conditions=source bench/experiments/scale/two-load-machines.ts',
  ],
  [
    'scale/simulation.md',
    'truth on up to 1,000 machines, on paper and simulated',
    'node --conditions=source bench/experiments/scale/simulate.ts',
  ],
  [
    'scale/README.md',
    'what the tables of several machines rest on',
    'node --conditions=source bench/experiments/scale/two-workers.ts',
  ],
  [
    'shadow/faults.md',
    'what a shadow notices of planted faults',
    'node --conditions=source bench/experiments/shadow/faults.ts',
  ],
  [
    'attribution/cost.md',
    'what an attribution costs',
    'node --conditions=source bench/experiments/attribution/cost.ts',
  ],
];

/** `results/README.md`: five figures of the drill that matter first, a picture, and everything that is published. */
export function resultsOverview(runs: readonly RunRow[]): string {
  const requirements = requirementsOf(runs);
  const clean = cleanSummary(runs);
  const rates = faultSummaries(runs).flatMap(({ smallestRate }) =>
    smallestRate === null ? [] : [smallestRate],
  );
  const held = requirements.filter(({ holds }) => holds).length;
  const figures: Row[] = [
    ...requirements
      .slice(0, 3)
      .map(({ claim, met, cases }) =>
        row([claim], [claim, prose`${count(met)} of ${count(cases)}`]),
      ),
    row(
      ['alarms'],
      [
        'runs of a pair without a fault that were called fail',
        prose`${count(clean.counts.fail)} of ${count(clean.runs)}`,
      ],
    ),
    row(
      ['rate'],
      [
        'smallest rate of any fault that was noticed',
        share(rates.length === 0 ? null : Math.min(...rates), 2),
      ],
    ),
  ];
  const before = renderMarkdown(
    reportOf(
      [
        section('figures', null, [
          paragraph(
            'What this suite notices, measured by planting faults in a backend and looking blindly for them.',
          ),
          table([key(left('claim')), right('figure')], figures),
          paragraph(
            prose`${count(held)} of ${count(requirements.length)} requirements hold over ${count(runs.length)} runs.`,
          ),
        ]),
      ],
      {
        title: 'Published results',
        generated: { from: 'drill.jsonl', by: 'bench documents --write' },
      },
    ),
  );
  const after = renderMarkdown(
    reportOf([
      section('tables', 'Everything that is published', [
        table(
          [key(left('table')), left('shows'), left('made by')],
          PUBLISHED.map(([path, what, command]) =>
            row([path], [{ kind: 'link', text: path, target: path }, what, code(command)]),
          ),
        ),
        paragraph(
          'Figures of speed are of the machine that each table names. No number here was typed by hand: each page that says it is generated is held against its data, to the byte.',
        ),
      ]),
    ]),
  );
  return `${before}\n![The smallest rate at which each planted fault is noticed](drill-rates.svg)\n\n${after}`;
}
