import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { attribute } from '../../../src/attribution/attribute.ts';
import type {
  AttributionFinding,
  MeasureAttribution,
  RankedAnswer,
  SideRecord,
} from '../../../src/attribution/types.ts';
import { type Check, runScript, table } from '../support.ts';
import { engineCatalogue } from './engines/catalogue.ts';
import { type Asked, recordSide } from './engines/record-side.ts';
import { workersWorld } from './engines/world.ts';

const MOST_SECONDS = 60;
const MOSTLY = 0.7;
/** What a loss of an approximate index may be put down to. */
const INDEX = ['index', 'document-vectors'];

const env = process.env;
const cache = env.CACHE ?? join(tmpdir(), 'retrieval-parity-real-engines');

/**
 * What attribution says of approximate indexes over 10,000 rows, against an exact search: the index or the codes it
 * holds come first with most of what is attributed. `CORPUS` is a folder made by
 * `bench corpus generate --size 10000 --seed 1`; `CACHE` keeps vectors and answers; `ENGINES` picks candidates by
 * part of their names, `INCUMBENT` another incumbent; `VERBOSE` prints what was found.
 */
await runScript('What attribution says of approximate indexes of 10,000 rows', async (print) => {
  const { CORPUS: corpus, ENGINES: wanted, INCUMBENT: first = 'exact' } = env;
  if (corpus === undefined) throw new Error('CORPUS must name a folder of a generated corpus');
  const asked = await workersWorld(corpus, cache);
  const { dimension, values, ids } = asked.documents;
  const catalogue = engineCatalogue({ count: ids.length, dimension, values });
  const sideOf = async (name: string): Promise<SideRecord> =>
    await kept(name, asked, async () => recordSide(await catalogue.open(name), asked));
  const incumbent = await sideOf(first);
  const rows: string[][] = [];
  const checks: Check[] = [];
  const chosen = catalogue.names.filter(
    (name) => name !== first && (wanted ?? '').split(';').some((part) => name.includes(part)),
  );
  for (const name of chosen) {
    const candidate = await sideOf(name);
    const startedMs = performance.now();
    const { finding } = attribute({
      k: asked.k,
      collections: [asked.collection],
      queries: asked.list.filter(({ id }) => asked.sampled.has(id)),
      sides: { incumbent, candidate },
      seed: 1,
    });
    const seconds = (performance.now() - startedMs) / 1000;
    const told = toldBy(finding);
    const share = told?.shares[0]?.share ?? 0;
    const component = told?.shares[0]?.component;
    rows.push(rowOf(name, finding, told, seconds));
    process.stderr.write(`${rows.at(-1)?.join(' | ')}\n`);
    if (env.VERBOSE !== undefined) process.stderr.write(`${details(finding)}\n`);
    checks.push({
      what: name,
      value: `${component ?? finding.status} ${percent(share)}, ${seconds.toFixed(0)} s`,
      bound: `index or document-vectors ≥ ${percent(MOSTLY)}, ≤ ${MOST_SECONDS} s`,
      holds: INDEX.includes(component ?? '') && share >= MOSTLY && seconds <= MOST_SECONDS,
    });
  }
  await catalogue.close();
  print(
    table([
      ['candidate', 'overlap', 'status', 'told by', 'first', 'share', 'δ', 'twins', 's'],
      ...rows,
    ]),
  );
  return checks;
});

function toldBy({ measures }: AttributionFinding): MeasureAttribution | null {
  const accepted = measures.filter((measure) => measure.accepted && measure.total > 0);
  return accepted.toSorted((a, b) => b.total - a.total)[0] ?? null;
}

function rowOf(
  name: string,
  { status, measures }: AttributionFinding,
  told: MeasureAttribution | null,
  seconds: number,
): string[] {
  const shown = told ?? measures[0];
  const overlap = measures.find(({ measure }) => measure === '1 − overlap');
  const first = told?.shares[0];
  const fixed = (value: number | undefined): string => value?.toFixed(3) ?? '–';
  return [
    name,
    fixed(1 - (overlap?.total ?? 0)),
    status,
    told?.measure ?? '–',
    first?.component ?? '–',
    percent(first?.share ?? 0),
    fixed(shown?.total),
    `${fixed(shown?.fidelity.incumbent)} / ${fixed(shown?.fidelity.candidate)}`,
    seconds.toFixed(1),
  ];
}

function details({ components, measures, remarks, sentence }: AttributionFinding): string {
  const fixed = (value: number | null): string => value?.toFixed(4) ?? '–';
  return [
    sentence,
    ...components.map(
      (row) => `  ${row.component} (${row.status}): ${row.incumbent} | ${row.candidate}`,
    ),
    ...measures.map(
      ({ measure, total, fidelity, shares, repair }) =>
        `  ${measure} ${fixed(total)} ${JSON.stringify(fidelity)} ${shares.map(({ component, phi }) => `${component} ${fixed(phi.mean)}`).join(', ')} repair ${repair}`,
    ),
    ...remarks.map((remark) => `  - ${remark}`),
  ].join('\n');
}

function percent(value: number): string {
  return `${(100 * value).toFixed(0)}%`;
}

/** The answers of an engine, from the cache where they are there. */
async function kept(
  name: string,
  asked: Asked,
  make: () => Promise<SideRecord>,
): Promise<SideRecord> {
  const file = join(cache, `${name.replaceAll(/[^a-z0-9]+/gi, '-')}.json`);
  const text = await readFile(file, 'utf8').catch(() => null);
  if (text !== null) {
    const parsed = JSON.parse(text) as Record<
      'answers' | 'deep' | 'census',
      [string, RankedAnswer][]
    >;
    return {
      documents: asked.documents,
      queries: asked.queries,
      answers: new Map(parsed.answers),
      deep: new Map(parsed.deep),
      byVector: new Map(),
      census: new Map(parsed.census),
    };
  }
  const startedMs = performance.now();
  const side = await make();
  process.stderr.write(
    `${name}: asked in ${((performance.now() - startedMs) / 1000).toFixed(0)} s\n`,
  );
  await mkdir(cache, { recursive: true });
  const { answers, deep, census } = side;
  await writeFile(
    file,
    JSON.stringify({ answers: [...answers], deep: [...deep], census: [...census] }),
  );
  return side;
}
