import { resolve } from 'node:path';
import { resolveConfig } from '../../src/config/resolve.ts';
import { loadCorpus } from '../../src/corpus/load.ts';
import { UsageError } from '../../src/errors.ts';
import { evidenceOfConfig } from '../../src/logs/evidence/run-evidence.ts';
import {
  type EvidenceHashes,
  type LedgerInput,
  parseEvidenceHashes,
} from '../../src/logs/ledger/row.ts';
import { readOrNull } from '../../src/record/files/read-or-null.ts';
import { openRun } from '../../src/record/run/open-run.ts';
import type { RunReader } from '../../src/record/run/run-reader.ts';
import type { Cell } from '../../src/record/types.ts';
import { ledgerInputsOfRun } from '../../src/retrieve/evidence/ledger-inputs.ts';
import type { Io } from '../io.ts';

/** Endpoints that runs of the main job make rows of. */
const CELLS: readonly Cell[] = ['search', 'retrieve'];

/** How the ledger learns of runs and of the present. */
export interface LedgerSources {
  /** The claims of a run, one an endpoint. */
  readonly inputsOfRun: (run: RunReader) => Promise<readonly LedgerInput[]>;
  /** What the configuration at hand would be judged on now; what cannot be told is left out. */
  readonly currentEvidence: ((io: Io) => Promise<Partial<EvidenceHashes>>) | null;
}

/** Claims of stored runs, and the configuration of this folder and environment. */
export const FROM_RUNS: LedgerSources = {
  inputsOfRun: ledgerInputsOfRun,
  currentEvidence: async (io) => {
    const { config } = await resolveConfig({ cwd: io.cwd, env: io.env });
    return evidenceOfConfig(config, await loadCorpus(config.corpus));
  },
};

/**
 * Opens a run that may clear or lose parity.
 * @throws UsageError where it is not complete.
 */
export async function openSoundRun(folder: string, io: Io): Promise<RunReader> {
  const reader = await openRun(resolve(io.cwd, folder));
  for (const issue of reader.issues) io.stderr(`bench: ${issue}\n`);
  if (reader.manifest?.status === 'complete') return reader;
  throw new UsageError('ledger-run', `${folder}: the run is not complete`, {
    hint: 'only a complete run can clear or lose parity',
  });
}

/**
 * What standing verdicts are compared with, by endpoint: a run, a file of hashes, or the configuration at hand.
 * @throws UsageError where there is nothing to compare with.
 */
export async function evidenceToCompare(
  options: { run?: string; current?: string },
  sources: LedgerSources,
  io: Io,
): Promise<(endpoint: string) => Partial<EvidenceHashes>> {
  if (options.run !== undefined) {
    const inputs = await sources.inputsOfRun(await openSoundRun(options.run, io));
    return (endpoint) => inputs.find((input) => input.endpoint === endpoint)?.evidence.hashes ?? {};
  }
  if (options.current !== undefined) {
    const hashes = await readHashes(options.current, io);
    return () => hashes;
  }
  if (sources.currentEvidence !== null) {
    const hashes = await sources.currentEvidence(io);
    const { queries: _, ...ofProbes } = hashes;
    // Probes ask texts of their own: their hash is not that of the corpus's queries.
    return (endpoint) => (CELLS.some((cell) => cell === endpoint) ? hashes : ofProbes);
  }
  throw new UsageError('ledger-current', 'bench ledger expired: nothing to compare with', {
    hint: 'name --run FOLDER or --current FILE',
  });
}

async function readHashes(file: string, io: Io): Promise<Partial<EvidenceHashes>> {
  const bytes = await readOrNull(resolve(io.cwd, file));
  if (bytes !== null) return parseEvidenceHashes(bytes.toString('utf8'), file);
  throw new UsageError('ledger-current', `${file}: no such file`, { hint: 'check the path' });
}
