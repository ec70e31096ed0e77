import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join, relative, resolve } from 'node:path';
import type { ZodType, z } from 'zod';
import { pageOf, STUDIES } from '../../src/demo/drill/published/catalogue.ts';
import { resultsOverview } from '../../src/demo/drill/published/overview.ts';
import { ratesPicture } from '../../src/demo/drill/published/rates-picture.ts';
import { drillDocument } from '../../src/demo/drill/results/drill-report.ts';
import { type DrillRecord, readDrill } from '../../src/demo/drill/results/rows.ts';
import { isErrno } from '../../src/disk/errno.ts';
import { parseCatalogue } from '../../src/drift/record/catalogue.ts';
import { driftDocument } from '../../src/drift/report/drift-report.ts';
import { EXIT, UsageError } from '../../src/errors.ts';
import { ledgerReport } from '../../src/logs/ledger/ledger-report.ts';
import { readLedger } from '../../src/logs/ledger/row.ts';
import { parseAppendLog } from '../../src/record/append-log.ts';
import { readOrNull } from '../../src/record/files/read-or-null.ts';
import { writeWhole } from '../../src/record/files/write-whole.ts';
import type { ReportDocument } from '../../src/report/model.ts';
import { renderMarkdown } from '../../src/report/render/markdown.ts';
import type { DefineCommand } from '../command.ts';
import { largeSchema } from '../experiments/engines/large/record.ts';
import { largeReport } from '../experiments/engines/large/report.ts';
import { knownTruthsSchema } from '../experiments/engines/truths/record.ts';
import { knownTruthsReport } from '../experiments/engines/truths/report.ts';
import { reliabilitySchema } from '../experiments/reliability/record.ts';
import { withReliability } from '../experiments/reliability/reliability-report.ts';
import { simulationSchema } from '../experiments/simulation/simulate.ts';
import { simulationReport } from '../experiments/simulation/simulation-report.ts';
import { retrieveGrowthSchema } from '../experiments/size/retrieve-growth-record.ts';
import { retrieveGrowthReport } from '../experiments/size/retrieve-growth-report.ts';
import { studyPicture } from '../experiments/studies/page/study-picture.ts';
import { PICTURE, studyPage } from '../experiments/studies/page/study-report.ts';
import { decodeStudy } from '../experiments/studies/record/study-parquet.ts';
import { rooflineSchema } from '../experiments/truth/roofline/record.ts';
import { rooflineReport } from '../experiments/truth/roofline/report.ts';

/** A Markdown file or a picture that is made from a data file, both relative to the folder of results. */
interface GeneratedDocument {
  readonly markdown: string;
  readonly data: string;
  /**
   * @param written what stands there; null where nothing does
   * @throws Error where the data is not what it should be.
   */
  readonly render: (
    data: Buffer,
    path: string,
    written: Buffer | null,
  ) => ReportDocument | string | Promise<string>;
}

/** Every generated document; what is published anew is added here. */
const DOCUMENTS: readonly GeneratedDocument[] = [
  { markdown: 'ledger.md', data: 'ledger.jsonl', render: ledgerDocument },
  { markdown: 'wire-drift.md', data: 'wire-drift.jsonl', render: wireDriftDocument },
  {
    markdown: 'drill.md',
    data: 'drill.jsonl',
    render: (data, path) => drillDocument(drillOf(data, path)),
  },
  {
    markdown: 'README.md',
    data: 'drill.jsonl',
    render: (data, path) => resultsOverview(drillOf(data, path).runs),
  },
  {
    markdown: 'drill-rates.svg',
    data: 'drill.jsonl',
    render: (data, path) => ratesPicture(drillOf(data, path).runs),
  },
  {
    markdown: 'simulation/gates.md',
    data: 'simulation/gates.json',
    render: (data) => simulationReport(recordOf(simulationSchema, data)),
  },
  {
    markdown: '../docs/reliability.md',
    data: 'reliability/reliability.json',
    render: (data, _, written) =>
      withReliability(written?.toString('utf8') ?? '', recordOf(reliabilitySchema, data)),
  },
  {
    markdown: 'engines/known-truths.md',
    data: 'engines/known-truths.json',
    render: (data) => knownTruthsReport(recordOf(knownTruthsSchema, data)),
  },
  {
    markdown: 'engines/hundred-thousand.md',
    data: 'engines/hundred-thousand.json',
    render: (data) => largeReport(recordOf(largeSchema, data)),
  },
  {
    markdown: 'retrieve/growth.md',
    data: 'retrieve/growth.json',
    render: (data) => retrieveGrowthReport(recordOf(retrieveGrowthSchema, data)),
  },
  {
    markdown: 'truth/roofline.md',
    data: 'truth/roofline.json',
    render: (data) => rooflineReport(recordOf(rooflineSchema, data)),
  },
  ...STUDIES.flatMap((study): GeneratedDocument[] => {
    const data = `studies/${study.name}/study.parquet`;
    return [
      {
        markdown: pageOf(study),
        data,
        render: async (bytes) => studyPage(await decodeStudy(bytes), 'study.parquet'),
      },
      {
        markdown: `studies/${study.name}/${PICTURE}`,
        data,
        render: async (bytes) => studyPicture(await decodeStudy(bytes)),
      },
    ];
  }),
];

/** A line that a generated document holds. */
const MARK = '<!-- Generated from ';

/** A record that is kept as JSON. @throws Error where it is not what its schema says */
function recordOf<Schema extends ZodType>(schema: Schema, data: Buffer): z.infer<Schema> {
  return schema.parse(JSON.parse(data.toString('utf8')));
}

function ledgerDocument(data: Buffer, path: string): ReportDocument {
  const { rows, problems } = readLedger(parseAppendLog(data, path));
  const [problem] = problems;
  if (problem !== undefined) throw new Error(problem);
  return ledgerReport(rows);
}

function drillOf(data: Buffer, path: string): DrillRecord {
  const log = parseAppendLog(data, path);
  const [damage] = log.damaged;
  if (damage !== undefined) throw new Error(damage.message);
  const record = readDrill(log);
  if (record === null) throw new Error('it holds no drill');
  return record;
}

function wireDriftDocument(data: Buffer, path: string): ReportDocument {
  return driftDocument(parseCatalogue(data.toString('utf8'), path));
}

/** `bench documents`: whether every generated Markdown file is what its data gives, to the byte. */
export const documentsCommand: DefineCommand = (command, io, done) => {
  command
    .option('--write', 'write it again from its data')
    .option('--check', 'only look (default)')
    .option('--results <folder>', 'where published results are', 'results')
    .action(async (flags: { write?: boolean; check?: boolean; results: string }) => {
      if (flags.write === true && flags.check === true) {
        throw new UsageError('documents-flags', 'bench documents: --write and --check exclude', {
          hint: 'name one of them',
        });
      }
      const folder = resolve(io.cwd, flags.results);
      if (!existsSync(folder)) {
        throw new UsageError('documents-results', `${flags.results}: no such folder`, {
          hint: 'published results are in results/ of the repository',
        });
      }
      const problems: string[] = [];
      let checked = 0;
      for (const document of DOCUMENTS) {
        const data = await readOrNull(join(folder, document.data));
        const written = await readOrNull(join(folder, document.markdown));
        if (data === null && written === null) continue;
        checked++;
        const name = join(flags.results, document.markdown);
        if (data === null) {
          problems.push(`${name}: its data ${document.data} is missing`);
          continue;
        }
        const rendered = await rendering(document, data, written, flags.results);
        if (rendered.problem !== null) problems.push(rendered.problem);
        else if (written?.equals(rendered.bytes) !== true) {
          if (flags.write === true) {
            await writeWhole(join(folder, document.markdown), rendered.bytes);
            io.stdout(`${name}: written from ${document.data}\n`);
          } else problems.push(`${name}: differs from its data ${document.data}`);
        }
      }
      for (const path of await unknownDocuments(folder)) {
        problems.push(`${join(flags.results, path)}: says it is generated, and nothing makes it`);
      }
      for (const problem of problems) io.stderr(`bench: ${problem}\n`);
      if (problems.length > 0) {
        io.stderr('  hint: bench documents --write makes them again; edit the data instead\n');
      } else io.stdout(`${checked} generated documents are as their data\n`);
      done(problems.length === 0 ? EXIT.pass : EXIT.fail);
    });
};

type Rendering = { readonly problem: null; readonly bytes: Buffer } | { readonly problem: string };

async function rendering(
  { data: path, render }: GeneratedDocument,
  data: Buffer,
  written: Buffer | null,
  results: string,
): Promise<Rendering> {
  try {
    const rendered = await render(data, path, written);
    const text = typeof rendered === 'string' ? rendered : renderMarkdown(rendered);
    return { problem: null, bytes: Buffer.from(text) };
  } catch (error) {
    const reason = error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error);
    return { problem: `${join(results, path)}: no data of this document: ${reason}` };
  }
}

/** Markdown files that carry the mark of a generated document and are in no list. */
async function unknownDocuments(folder: string): Promise<string[]> {
  let entries: string[];
  try {
    entries = await readdir(folder, { recursive: true });
  } catch (error) {
    if (isErrno(error, 'ENOENT')) return [];
    throw error;
  }
  const known = new Set(DOCUMENTS.map(({ markdown }) => join(folder, markdown)));
  const unknown: string[] = [];
  for (const entry of entries.filter((name) => name.endsWith('.md')).sort()) {
    const path = join(folder, entry);
    if (known.has(path)) continue;
    if ((await readFile(path, 'utf8')).includes(MARK)) unknown.push(relative(folder, path));
  }
  return unknown;
}
