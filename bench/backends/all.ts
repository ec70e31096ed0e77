import type { Config, Origins } from '../../src/config/resolve.ts';
import { EXIT, type ExitCode } from '../../src/errors.ts';
import type { Pair } from '../../src/observe/ask.ts';
import { withBackends } from '../../src/observe/with-backends.ts';
import { health } from '../../src/probes/job/health.ts';
import { probe } from '../../src/probes/job/probe.ts';
import { readStack, type Stack, stackOfPair } from '../../src/probes/job/stack.ts';
import { readStatements } from '../../src/probes/job/statements.ts';
import type { RequestedProbe } from '../../src/probes/job/tasks.ts';
import { probeLine } from '../../src/probes/judge/probe-sentence.ts';
import { retrieve } from '../../src/retrieve/retrieve.ts';
import { pathOf } from '../../src/wire/call.ts';
import type { DefineCommand } from '../command.ts';
import { addConfigOptions, type ConfigFlags, configOf } from '../config-options.ts';
import type { Io } from '../io.ts';
import { openBackends } from '../open-backends.ts';
import { addOutputOptions, type OutputFlags } from '../output.ts';
import { RECORDS } from '../records.ts';
import { type EndableProgress, terminalProgress } from '../terminal-progress.ts';
import { conclude } from './all-conclusion.ts';
import { printVerdict } from './retrieve.ts';

interface AllFlags extends ConfigFlags, OutputFlags {
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
  addOutputOptions(addConfigOptions(command))
    .option('--stack <file>', 'services whose health is asked (default: the two gateways)')
    .option('--statements <file>', 'SQL statements (default: forty over the workers)')
    .option('--provider <name>', 'chat provider to ask for (default: echo)')
    .option('--results <folder>', 'where verdict files and the ledger are written', RECORDS)
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
  { config, origins, flags, backends, io, progress }: Session,
  stack: Stack | null,
  probes: readonly RequestedProbe[],
): Promise<ExitCode> {
  const { signal } = io;
  const { timeouts } = config;
  const healthy = await health(stack ?? stackOfPair(backends), { timeouts, signal });
  const { results } = await probe(config, {
    probes,
    backends,
    signal,
    progress,
    onResult: ({ endpoint, findings, verdict }) => {
      progress.end();
      io.stderr(`bench: ${endpoint}: ${probeLine(findings, verdict)}\n`);
    },
  });
  if (signal.aborted) return EXIT.interrupted;
  const retrieved =
    flags.skipRetrieve === true
      ? null
      : await retrieve(config, { signal, progress, backends, origins });
  progress.end();
  if (retrieved !== null) printVerdict(retrieved, io);
  const healthPath = pathOf(backends.candidate, 'health');
  return conclude({ healthy, healthPath, results, retrieved }, flags, io);
}
