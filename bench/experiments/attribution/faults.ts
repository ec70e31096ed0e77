import { join } from 'node:path';
import type { MeasureAttribution } from '../../../src/attribution/types.ts';
import { packageRoot } from '../../../src/config/package-root.ts';
import { loadCorpus } from '../../../src/corpus/load.ts';
import { FAULTS } from '../../../src/demo/gateway/faults/registry.ts';
import type { Fault, FaultCorpus } from '../../../src/demo/gateway/faults/types.ts';
import type { CellAttribution } from '../../../src/parity/findings.ts';
import { numberText } from '../../../src/report/numbers.ts';
import { metric, share } from '../../../src/report/spans.ts';
import {
  attributionFindings,
  runAttribution,
} from '../../../src/retrieve/derive/run-attribution.ts';
import { type Check, runScript, table } from '../support.ts';
import { observeFaults, serveIncumbent } from './observe-fault.ts';

/** Least share of what is attributed that the fault's own component must have. */
const MOSTLY = 0.8;
/** Needs asked of each corpus: all of the small one, enough to see an index lose rows in the large one. */
const NEEDS: Readonly<Record<FaultCorpus, number>> = { 'workers-200': 250, 'workers-10k': 60 };
/** Documents asked by their own text: all of the small corpus, a sample of the large one. */
const CENSUS = 500;

/**
 * Goes through every fault of ranking at its own rate, which is its full strength, and shows what attribution makes of it.
 * `FAULTS=drop,int8+drop` limits it (`+` plants several at once); `WORKERS_10K` is the folder of the large corpus,
 * without which its faults are left out.
 */
await runScript('What attribution says of planted faults', async (print) => {
  const wanted = process.env.FAULTS?.split(',') ?? [...FAULTS.keys()];
  const folders: Readonly<Record<FaultCorpus, string | undefined>> = {
    'workers-200': join(packageRoot(), 'corpora', 'workers-200'),
    'workers-10k': process.env.WORKERS_10K,
  };
  const rows: string[][] = [];
  const checks: Check[] = [];
  for (const [name, folder] of Object.entries(folders) as [FaultCorpus, string | undefined][]) {
    const planted = wanted.filter((entry) => corpusOf(entry) === name);
    if (folder === undefined || planted.length === 0) continue;
    const corpus = await loadCorpus(folder);
    const incumbent = await serveIncumbent(corpus);
    try {
      for (const entry of planted) {
        const faults = faultsOf(entry);
        const startedMs = performance.now();
        const run = await observeFaults(
          incumbent,
          faults.map(({ kind }) => kind),
          { corpus, k: 10, seed: 7, maxNeeds: NEEDS[name], cells: ['retrieve'], census: CENSUS },
        );
        const [finding] = attributionFindings(await runAttribution(run), null);
        const seconds = (performance.now() - startedMs) / 1000;
        if (finding === undefined) continue;
        const told = measureOf(finding);
        rows.push(rowOf(entry, faults, finding, told, seconds));
        process.stderr.write(`${rows.at(-1)?.join(' | ')}\n`);
        if (process.env.VERBOSE !== undefined) process.stderr.write(`${details(finding)}\n`);
        checks.push(...checksOf(entry, faults, finding, told));
      }
    } finally {
      await incumbent.stop();
    }
  }
  print(
    table([
      [
        'fault',
        'its component',
        'status',
        'told by',
        'first',
        'share',
        'repair',
        'δ',
        'twins',
        's',
      ],
      ...rows,
    ]),
  );
  return checks;
});

function faultsOf(entry: string): Fault[] {
  return entry.split('+').flatMap((kind) => FAULTS.get(kind) ?? []);
}

/** The corpus on which all of the faults show; null where one of them is none of ranking. */
function corpusOf(entry: string): FaultCorpus | null {
  const faults = faultsOf(entry);
  if (faults.length === 0 || faults.some(({ component }) => component === null)) return null;
  return faults.some(({ corpus }) => corpus === 'workers-10k') ? 'workers-10k' : 'workers-200';
}

/** The measure that was accepted and sees more; a truncation shows in overlap alone. */
function measureOf({ measures }: CellAttribution): MeasureAttribution | null {
  const accepted = measures.filter((measure) => measure.accepted && measure.total > 0);
  return accepted.toSorted((a, b) => b.total - a.total)[0] ?? null;
}

function rowOf(
  entry: string,
  faults: readonly Fault[],
  { status, measures }: CellAttribution,
  told: MeasureAttribution | null,
  seconds: number,
): string[] {
  const shown = told ?? measures[0];
  const first = told?.shares[0];
  return [
    entry,
    faults.map(({ component }) => component).join(', '),
    status,
    told?.measure ?? '–',
    first?.component ?? '–',
    percent(first?.share ?? null),
    told === null ? '–' : (told.repair?.join(', ') ?? 'none'),
    fixed(shown?.total),
    `${fixed(shown?.fidelity.incumbent)} / ${fixed(shown?.fidelity.candidate)}`,
    seconds.toFixed(1),
  ];
}

/** One fault: its component first with most of what is attributed, or no name at all; several: all in the repair. */
function checksOf(
  entry: string,
  faults: readonly Fault[],
  finding: CellAttribution,
  told: MeasureAttribution | null,
): Check[] {
  const { status } = finding;
  const components = faults.map(({ component }) => component);
  const [only] = components;
  if (faults.length > 1) {
    // Each measure is blind to something: RBO to what is cut off, overlap to order.
    const repair = new Set(finding.measures.flatMap((measure) => measure.repair ?? []));
    const holds = components.every((component) => [...repair].some((name) => name === component));
    const bound = `repair: ${components.join(', ')}`;
    return [{ what: entry, value: [...repair].join(', ') || '–', bound, holds }];
  }
  if (only === 'unexplained') {
    return [{ what: entry, value: status, bound: 'unexplained', holds: status === 'unexplained' }];
  }
  // What a cosine ranking must not notice moves less than the order of equally near rows does.
  if (faults.every(({ changes }) => changes.every((effect) => effect === 'none'))) return [];
  const first = told?.shares[0];
  return [
    {
      what: entry,
      value: `${first?.component ?? status} ${percent(first?.share ?? null)}`,
      bound: `${only} ≥ ${percent(MOSTLY, 0)}`,
      holds: first?.component === only && (first?.share ?? 0) >= MOSTLY,
    },
  ];
}

function details({ components, measures, remarks, sentence }: CellAttribution): string {
  return [
    sentence,
    ...components.map(
      (row) => `  ${row.component} (${row.status}): ${row.incumbent} | ${row.candidate}`,
    ),
    ...measures.map(
      ({ measure, total, fidelity, shares, repair, noiseFloor }) =>
        `  ${measure} ${fixed(total)}, floor ${fixed(noiseFloor)}, ${JSON.stringify(fidelity)} ${shares.map(({ component, phi }) => `${component} ${fixed(phi.mean)}`).join(', ')} repair ${repair}`,
    ),
    ...remarks.map((remark) => `  - ${remark}`),
  ].join('\n');
}

function fixed(value: number | null | undefined): string {
  return numberText(metric(value));
}

function percent(value: number | null | undefined, digits = 1): string {
  return numberText(share(value, digits));
}
