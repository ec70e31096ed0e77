import { join, relative, resolve } from 'node:path';
import type { Config, Origins } from '../../src/config/resolve.ts';
import { EXIT, type ExitCode } from '../../src/errors.ts';
import { addToLedger } from '../../src/logs/ledger/add-to-ledger.ts';
import type { Pair } from '../../src/observe/ask.ts';
import { withBackends } from '../../src/observe/with-backends.ts';
import type { ProbeResult } from '../../src/probes/job/carry-out.ts';
import { type HealthResult, health } from '../../src/probes/job/health.ts';
import { probe, worstExit } from '../../src/probes/job/probe.ts';
import { readStack, type Stack, stackOfPair } from '../../src/probes/job/stack.ts';
import { readStatements } from '../../src/probes/job/statements.ts';
import type { RequestedProbe } from '../../src/probes/job/tasks.ts';
import { healthLedgerInput } from '../../src/probes/judge/ledger-input.ts';
import { type EndpointLine, endpointsSection } from '../../src/probes/report/endpoints.ts';
import { healthSection } from '../../src/probes/report/health.ts';
import { writeNewFile } from '../../src/record/files/new-file.ts';
import { openRun } from '../../src/record/open-run.ts';
import { reportOf } from '../../src/report/blocks.ts';
import { renderMarkdown } from '../../src/report/render/markdown.ts';
import { ledgerInputsOfRun } from '../../src/retrieve/evidence/ledger-inputs.ts';
import { retrieve } from '../../src/retrieve/retrieve.ts';
import type { RetrieveResult } from '../../src/retrieve/retrieve-result.ts';
import { pathOf } from '../../src/wire/call.ts';
import type { DefineCommand } from '../command.ts';
import { addConfigOptions, type ConfigFlags, configOf } from '../config-options.ts';
import type { Io } from '../io.ts';
import { openBackends } from '../open-backends.ts';
import { type EndableProgress, terminalProgress } from '../terminal-progress.ts';
import { printVerdict } from './retrieve.ts';

interface AllFlags extends ConfigFlags {
  readonly stack?: string;
  readonly statements?: string;
  readonly provider?: string;
  readonly results: string;
  readonly skipRetrieve?: boolean;
}

/** One invocation with its backends open. */
interface Session {
  readonly config: Config;
  readonly origins: Origins;
  readonly flags: AllFlags;
  readonly backends: Pair;
  readonly io: Io;
  readonly progress: EndableProgress;
}

/** `bench all`: every probe and the main job on one pair of backends, one table, one ledger row an endpoint. */
export const allCommand: DefineCommand = (command, io, done) => {
  addConfigOptions(command)
    .option('--stack <file>', 'services whose health is asked (default: the two gateways)')
    .option('--statements <file>', 'SQL statements (default: forty over the workers)')
    .option('--provider <name>', 'chat provider to ask for (default: echo)')
    .option('--results <folder>', 'where verdict files and the ledger are written', 'results')
    .option('--skip-retrieve', 'probes alone, without the main job')
    .action(async (flags: AllFlags) => {
      const statements = await readStatements(flags.statements, io.cwd, false);
      const stack = flags.stack === undefined ? null : await readStack(flags.stack, io.cwd);
      const { config, origins } = await configOf(flags, io);
      const { provider } = flags;
      const probes: RequestedProbe[] = [
        { probe: 'embed' },
        { probe: 'search' },
        { probe: 'sql', statements },
        { probe: 'storage' },
        { probe: 'chat', ...(provider === undefined ? {} : { provider }) },
      ];
      const progress = terminalProgress(io);
      const { signal } = io;
      try {
        const code = await withBackends(config, { openBackends, signal }, (backends) =>
          askEverything({ config, origins, flags, backends, io, progress }, stack, probes),
        );
        done(code ?? EXIT.interrupted);
      } finally {
        progress.end();
      }
    });
};

async function askEverything(
  session: Session,
  stack: Stack | null,
  probes: readonly RequestedProbe[],
): Promise<ExitCode> {
  const { config, flags, backends, io, progress } = session;
  const { signal } = io;
  const { timeouts } = config;
  const healthy = await health(stack ?? stackOfPair(backends), { timeouts, signal });
  const probed = await probe(config, {
    probes,
    backends,
    signal,
    progress,
    onResult: ({ endpoint, verdict }) => {
      progress.end();
      io.stderr(`bench: ${endpoint}: ${verdict.line}\n`);
    },
  });
  if (signal.aborted) return EXIT.interrupted;
  const retrieved = flags.skipRetrieve === true ? null : await retrieveOn(session);
  return conclude(session, healthy, probed.results, retrieved);
}

/** The main job on the backends that the probes have asked. */
async function retrieveOn({
  config,
  origins,
  backends,
  io,
  progress,
}: Session): Promise<RetrieveResult> {
  const { incumbent, candidate } = backends;
  const named = {
    ...config,
    incumbent: { ...config.incumbent, url: incumbent.label },
    candidate: { ...config.candidate, url: candidate.label },
  };
  const result = await retrieve(named, { signal: io.signal, progress, backends, origins });
  progress.end();
  printVerdict(result, io);
  return result;
}

async function conclude(
  { io, backends, flags }: Session,
  healthy: HealthResult,
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
  const like = probed[0];
  const ofHealth =
    healthy.findings === null || like === undefined
      ? []
      : [healthLedgerInput(healthy.findings, like, pathOf(backends.candidate, 'health'))];
  const inputs = [...probed, ...ofRetrieve, ...ofHealth];
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
    const reason = entries[at]?.reason ?? '';
    return { endpoint, incumbentPath, candidatePath, verdict, figures: notes, ledger: reason };
  });
  const ofStack = healthy.findings === null ? [] : [healthSection(healthy.findings)];
  io.stdout(renderMarkdown(reportOf([...ofStack, endpointsSection(lines)])));
  for (const { endpoint, runFolder } of results) {
    io.stderr(`bench: ${endpoint}: run ${runFolder}\n`);
  }
  for (const { endpoint, verdict } of results) {
    if (verdict.state !== 'pass') io.stderr(`bench: ${endpoint}: ${verdict.sentence}\n`);
  }
  return worstExit([
    ...results.map(({ verdict }) => verdict.exitCode),
    ...(retrieved === null ? [] : [retrieved.exitCode]),
    healthy.exitCode,
  ]);
}
