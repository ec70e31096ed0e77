import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { z } from 'zod';
import type { Config } from '../src/config/resolve.ts';
import { loadCorpus } from '../src/corpus/load.ts';
import { compareDrift, type ExpectedDrift } from '../src/drift/find/compare.ts';
import { discoverDrift } from '../src/drift/find/discover.ts';
import { emitDialect, lossNotes } from '../src/drift/find/emit-dialect.ts';
import type { DriftRow } from '../src/drift/find/types.ts';
import { captureReplies } from '../src/drift/observe/capture-replies.ts';
import {
  adapterNotes,
  captureNotes,
  driftDocument,
  driftReport,
  type StoredDrift,
} from '../src/drift/report/drift-report.ts';
import { EXIT, type ExitCode, UsageError } from '../src/errors.ts';
import type { OpenBackends } from '../src/observe/open-backends.ts';
import { renderMarkdown } from '../src/report/render/markdown.ts';
import { sentence } from '../src/report/spans.ts';
import type { Backend } from '../src/wire/backend.ts';
import { requireHttp } from '../src/wire/call.ts';
import { dialectCall } from '../src/wire/registry.ts';
import { openBackends } from './backends.ts';
import type { RegisterCommand } from './command.ts';
import { addConfigOptions, type ConfigFlags, configOf } from './config-options.ts';
import type { Io } from './io.ts';
import { terminalProgress } from './terminal-progress.ts';

interface DriftFlags extends ConfigFlags {
  readonly results: string;
  readonly count: string;
  readonly accept?: boolean;
  readonly emitDialect?: string;
  readonly json?: boolean;
}

const FILE = 'wire-drift.jsonl';

const storedSchema = z.object({
  endpoint: z.string(),
  scenario: z.enum(['success', 'empty', '4xx', '5xx']),
  incumbentPath: z.string().nullable(),
  candidatePath: z.string().nullable(),
  operation: z.string(),
  severity: z.enum(['shape', 'meaning', 'additive', 'breaking']),
  support: z.number(),
  heldOutAgreement: z.number().nullable(),
  lossy: z.boolean(),
  detail: z.string().nullable().default(null),
  reason: z.string().exactOptional(),
});

/** `bench drift`: where two backends say the same thing in other words. */
export const driftCommand: RegisterCommand = (program, io, done) => {
  addConfigOptions(program.command('drift'))
    .description('find how the responses of two backends differ, field by field')
    .option('--results <folder>', `where ${FILE} and its table are kept`, 'results')
    .option('--count <n>', 'paired requests an endpoint', '20')
    .option('--accept', 'store what is found as the catalogue, new and vanished drift included')
    .option('--emit-dialect <file>', 'write a module with a dialect, and adapters for the frontend')
    .option('--json', 'print the catalogue as JSON lines')
    .action(async (flags: DriftFlags) => {
      const count = Number(flags.count);
      if (!Number.isInteger(count) || count < 5) {
        throw new UsageError('drift-count', `--count ${flags.count}: expected 5 or more`, {
          hint: 'two fifths of the pairs are held out; fewer than five pairs prove nothing',
        });
      }
      const { config } = await configOf(flags, io);
      done(await drift(config, flags, count, io));
    });
};

async function drift(config: Config, flags: DriftFlags, count: number, io: Io): Promise<ExitCode> {
  const file = resolve(io.cwd, flags.results, FILE);
  const stored = await readStored(file);
  const corpus = await loadCorpus(config.corpus);
  const progress = terminalProgress(io);
  let backends: OpenBackends | null = null;
  try {
    backends = await openBackends(config, io.signal);
    const { groups, unsteady } = await captureReplies({
      sides: {
        incumbent: requireHttp(backends.incumbent, 'drift'),
        candidate: requireHttp(backends.candidate, 'drift'),
      },
      corpus,
      count,
      k: config.k,
      model: config.model,
      progress,
      signal: io.signal,
    });
    progress.end();
    const { expected, ignoreHeaders } = config.drift;
    const discoveries = groups.map((group) => discoverDrift(group, ignoreHeaders));
    const reasons = new Map((stored ?? []).map((row) => [keyOf(row), row.reason]));
    const rows = discoveries
      .flatMap((discovery) => discovery.rows)
      .map((row): StoredDrift => {
        const declared = expected.find((entry) => compareDrift([row], [entry]).fresh.length === 0);
        const reason = declared?.reason ?? reasons.get(keyOf(row));
        return reason === undefined ? row : { ...row, reason };
      });
    const report = driftReport(rows, [
      ...adapterNotes(discoveries),
      ...discoveries.flatMap(lossNotes).map(sentence),
      ...captureNotes(groups, unsteady),
    ]);
    const lines = rows.map((row) => `${JSON.stringify(row)}\n`).join('');
    io.stdout(flags.json === true ? lines : renderMarkdown(report));
    if (flags.emitDialect !== undefined) {
      const target = resolve(io.cwd, flags.emitDialect);
      const { incumbent, candidate } = backends;
      const text = emitDialect(discoveries, {
        candidatePaths: candidatePaths(candidate),
        incumbentFactory: dialectCall(incumbent.http?.dialectName ?? ''),
        candidateFactory: dialectCall(candidate.http?.dialectName ?? ''),
      });
      await writeText(target, text);
      io.stderr(`bench: dialect written to ${target}\n`);
    }
    if (flags.accept === true || (stored === null && expected.length === 0)) {
      await writeText(file, lines);
      await writeText(join(dirname(file), 'wire-drift.md'), renderMarkdown(driftDocument(rows)));
      io.stderr(`bench: catalogue of ${rows.length} rows written to ${file}\n`);
      return EXIT.pass;
    }
    // A declared difference need not be in the catalogue; one that has gone is told all the same.
    const only = expected.filter((entry) =>
      (stored ?? []).every((row) => compareDrift([row], [entry]).fresh.length > 0),
    );
    return reportChanges(rows, [...(stored ?? []), ...only], io);
  } catch (error) {
    if (io.signal.aborted && !(error instanceof UsageError)) return EXIT.interrupted;
    throw error;
  } finally {
    progress.end();
    await backends?.close();
  }
}

/** The path of each endpoint that drift looks at. */
function candidatePaths({ capabilities }: Backend): Map<string, string> {
  return new Map(
    (['embed', 'search', 'retrieve'] as const).flatMap((endpoint) => {
      const path = capabilities.operations[endpoint];
      return path === undefined ? [] : [[endpoint, path]];
    }),
  );
}

function reportChanges(
  rows: readonly DriftRow[],
  stored: readonly ExpectedDrift[],
  io: Io,
): ExitCode {
  const { fresh, vanished } = compareDrift(rows, stored);
  for (const row of fresh) io.stderr(`bench: new drift: ${described(row)}\n`);
  for (const row of vanished) io.stderr(`bench: vanished drift: ${described(row)}\n`);
  if (fresh.length + vanished.length === 0) {
    io.stderr('bench: the drift is that of the catalogue\n');
    return EXIT.pass;
  }
  io.stderr('  hint: bench drift --accept stores what was found as the catalogue\n');
  return EXIT.fail;
}

function described(row: ExpectedDrift): string {
  return `${row.endpoint}${row.scenario === undefined ? '' : ` (${row.scenario})`}: ${row.incumbentPath ?? '–'} → ${row.candidatePath ?? '–'}: ${row.operation}`;
}

function keyOf(row: DriftRow): string {
  return JSON.stringify([
    row.endpoint,
    row.scenario,
    row.incumbentPath,
    row.candidatePath,
    row.operation,
  ]);
}

async function readStored(file: string): Promise<StoredDrift[] | null> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch {
    return null;
  }
  return text
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line, at) => {
      const parsed = storedSchema.safeParse(safeJson(line));
      if (parsed.success) return parsed.data;
      throw new UsageError('drift-catalogue', `${file}:${at + 1}: no row of the catalogue`, {
        hint: 'mend the line, or store a new catalogue with --accept after moving the file away',
      });
    });
}

function safeJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return null;
  }
}

async function writeText(path: string, text: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, text);
}
