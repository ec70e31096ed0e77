import { join, relative, resolve } from 'node:path';
import { EXIT, type ExitCode } from '../src/errors.ts';
import { ledgerInputsOfRun } from '../src/logs/evidence/ledger-inputs.ts';
import { addToLedger } from '../src/logs/ledger/add-to-ledger.ts';
import type { LedgerInput } from '../src/logs/ledger/row.ts';
import { type HealthFindings, healthFindings } from '../src/probes/find/health.ts';
import { embedTask } from '../src/probes/job/embed-task.ts';
import { searchTasks } from '../src/probes/job/search-tasks.ts';
import {
  carryOutProbe,
  type ProbeResult,
  type ProbeSession,
  withSession,
  worstExit,
} from '../src/probes/job/session.ts';
import { readStatements, sqlTask } from '../src/probes/job/sql-task.ts';
import { readStack, type Stack } from '../src/probes/job/stack.ts';
import { observeHealth } from '../src/probes/observe/health.ts';
import { type EndpointLine, endpointsSection } from '../src/probes/report/endpoints.ts';
import { healthSection } from '../src/probes/report/health.ts';
import { writeNewFile } from '../src/record/files/new-file.ts';
import { openRun } from '../src/record/open-run.ts';
import { reportOf } from '../src/report/blocks.ts';
import { renderMarkdown } from '../src/report/render/markdown.ts';
import { retrieve } from '../src/retrieve/retrieve.ts';
import type { RetrieveResult } from '../src/retrieve/retrieve-result.ts';
import { chatTask } from './chat.ts';
import type { RegisterCommand } from './command.ts';
import { addConfigOptions, type ConfigFlags, configOf } from './config-options.ts';
import { printVerdict } from './retrieve.ts';
import { storageTask } from './storage.ts';
import { terminalProgress } from './terminal-progress.ts';

interface AllFlags extends ConfigFlags {
  readonly stack?: string;
  readonly statements?: string;
  readonly provider?: string;
  readonly results: string;
  readonly skipRetrieve?: boolean;
}

/** `bench all`: every probe and the main job on one pair of backends, one table, one ledger row an endpoint. */
export const allCommand: RegisterCommand = (program, io, done) => {
  addConfigOptions(program.command('all'))
    .description('probe every endpoint, run the main job, and log which have cleared parity')
    .option('--stack <file>', 'services whose health is asked (default: the two gateways)')
    .option('--statements <file>', 'SQL statements (default: forty over the workers)')
    .option('--provider <name>', 'chat provider to ask for (default: echo)')
    .option('--results <folder>', 'where verdict files and the ledger are written', 'results')
    .option('--skip-retrieve', 'probes alone, without the main job')
    .action(async (flags: AllFlags) => {
      const file = await readStatements(flags.statements, io.cwd, false);
      const stack = flags.stack === undefined ? null : await readStack(flags.stack, io.cwd);
      done(
        await withSession(flags, io, {}, async (session) => {
          const health = await healthOf(session, stack);
          const results: ProbeResult[] = [];
          const others = [
            ...searchTasks(session),
            sqlTask(file),
            storageTask,
            chatTask({
              provider: flags.provider ?? null,
              chatModel: null,
              deterministic: false,
            }),
          ];
          const steps = [
            () => carryOutProbe(embedTask({ distance: 'cosine' }), session),
            ...others.map((task) => () => carryOutProbe(task, session)),
          ];
          for (const step of steps) {
            io.signal.throwIfAborted();
            const result = await step();
            io.stderr(`bench: ${result.endpoint}: ${result.verdict.line}\n`);
            results.push(result);
          }
          const retrieved = flags.skipRetrieve === true ? null : await retrieveOn(session, flags);
          return await conclude(session, flags, health, results, retrieved);
        }),
      );
    });
};

async function healthOf(session: ProbeSession, stack: Stack | null): Promise<HealthFindings> {
  const { incumbent, candidate } = session.backends;
  const pair = [
    { name: 'incumbent', url: `${incumbent.url}${incumbent.dialect.health.path}` },
    { name: 'candidate', url: `${candidate.url}${candidate.dialect.health.path}` },
  ];
  return healthFindings(
    await observeHealth(stack?.services ?? pair, {
      stack: stack?.name ?? 'the two gateways',
      timeouts: session.config.timeouts,
      signal: session.io.signal,
    }),
  );
}

/** The main job on the backends that the probes have asked. */
async function retrieveOn(
  { backends, io }: ProbeSession,
  flags: AllFlags,
): Promise<RetrieveResult> {
  const { config, origins } = await configOf(flags, io);
  const { incumbent, candidate } = backends;
  const named = {
    ...config,
    incumbent: { ...config.incumbent, url: incumbent.url },
    candidate: { ...config.candidate, url: candidate.url },
  };
  const progress = terminalProgress(io);
  try {
    const result = await retrieve(named, { signal: io.signal, progress, backends, origins });
    progress.end();
    printVerdict(result, io);
    return result;
  } finally {
    progress.end();
  }
}

async function conclude(
  { io, backends }: ProbeSession,
  flags: AllFlags,
  health: HealthFindings,
  results: readonly ProbeResult[],
  retrieved: RetrieveResult | null,
): Promise<ExitCode> {
  const probed = results.map(({ ledgerInput }) => ledgerInput);
  // The main job also asks one of the search paths, which has its row already.
  const claims =
    retrieved === null || retrieved.verdict === null
      ? []
      : await ledgerInputsOfRun(await openRun(retrieved.runFolder));
  const ofRetrieve = claims.filter(
    ({ incumbentPath, candidatePath }) =>
      !probed.some(
        (row) => row.incumbentPath === incumbentPath && row.candidatePath === candidatePath,
      ),
  );
  const healthInput = healthLedgerInput(health, probed[0], backends.candidate.dialect.health.path);
  const inputs = [...probed, ...ofRetrieve, ...(healthInput === null ? [] : [healthInput])];
  const folder = resolve(io.cwd, flags.results);
  const embed = results.find(({ endpoint }) => endpoint === 'embed');
  if (embed !== undefined) {
    const name = `embed_parity_${embed.ledgerInput.date}.md`;
    const written = await writeNewFile(join(folder, name), embed.report);
    io.stderr(`bench: verdict file ${relative(io.cwd, written)}\n`);
  }
  const entries = await addToLedger(join(folder, 'ledger.jsonl'), inputs);
  const lines = inputs.map((input, at): EndpointLine => {
    const { endpoint, incumbentPath, candidatePath, verdict, notes } = input;
    const reason = entries[at]?.reason.replace(`${endpoint}: `, '') ?? '';
    return { endpoint, incumbentPath, candidatePath, verdict, figures: notes, ledger: reason };
  });
  io.stdout(renderMarkdown(reportOf([healthSection(health), endpointsSection(lines)])));
  for (const { endpoint, folder: run } of results) io.stderr(`bench: ${endpoint}: run ${run}\n`);
  for (const { endpoint, verdict } of results) {
    if (verdict.state !== 'pass') io.stderr(`bench: ${endpoint}: ${verdict.sentence}\n`);
  }
  return worstExit([
    ...results.map(({ verdict }) => verdict.exitCode),
    ...(retrieved === null ? [] : [retrieved.exitCode]),
    health.up === health.of ? EXIT.pass : EXIT.infrastructure,
  ]);
}

function healthLedgerInput(
  health: HealthFindings,
  like: LedgerInput | undefined,
  candidatePath: string,
): LedgerInput | null {
  if (like === undefined) return null;
  const isUp = health.up === health.of;
  return {
    ...like,
    endpoint: 'health',
    incumbentPath: '/health',
    candidatePath,
    verdict: isUp ? 'pass' : 'fail',
    notes: `${health.up} of ${health.of} services up`,
    evidence: {
      gates: [
        {
          metric: 'services up',
          unit: 'services',
          n: health.of,
          margin: null,
          mean: health.of === 0 ? null : health.up / health.of,
          lower: null,
          upper: null,
          state: isUp ? 'pass' : 'fail',
        },
      ],
      hashes: like.evidence.hashes,
    },
  };
}
