import { resolveConfig } from '../src/config/resolve.ts';
import { loadCorpus } from '../src/corpus/load.ts';
import { evidenceOfConfig } from '../src/logs/evidence/run-evidence.ts';
import type { EvidenceHashes } from '../src/logs/ledger/row.ts';
import type { Io } from './io.ts';

/** What the configuration of this folder and environment would be judged on now. */
export async function currentEvidence(io: Io): Promise<Partial<EvidenceHashes>> {
  const { config } = await resolveConfig({ cwd: io.cwd, env: io.env });
  return evidenceOfConfig(config, await loadCorpus(config.corpus));
}
