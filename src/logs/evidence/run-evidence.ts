import { recordedConfig } from '../../config/recorded-config.ts';
import type { Config } from '../../config/resolve.ts';
import { sideFingerprint } from '../../config/side.ts';
import { documentsHash } from '../../corpus/hash.ts';
import type { Corpus } from '../../corpus/types.ts';
import { hashConfig } from '../../record/config-hash.ts';
import type { BackendFingerprint, ManifestInput, OverCorpus } from '../../record/run/manifest.ts';
import type { JsonValue } from '../../secrets/redact-config.ts';
import type { EvidenceHashes } from '../ledger/row.ts';

/** Where things lie on one machine: another place is no other evidence, what lies there is hashed by itself. */
const PLACES = new Set(['runs', 'corpus', 'encoder']);

/** What a verdict about a run rests on; when any of it changes, the verdict has expired. */
export function evidenceOfManifest(manifest: OverCorpus<ManifestInput>): EvidenceHashes {
  const { corpus, config, dialects, backends } = manifest;
  return {
    corpus: documentsHash(corpus.hashes.documents),
    queries: corpus.hashes.queries,
    judgments: corpus.hashes.judgments,
    config: hashConfig(withoutPlaces(config)),
    incumbentDialect: dialects.incumbent,
    candidateDialect: dialects.candidate,
    incumbentBackend: fingerprint(backends.incumbent),
    candidateBackend: fingerprint(backends.candidate),
  };
}

/** The same of a configuration at hand; the backends are not asked, and so not compared. */
export function evidenceOfConfig(config: Config, corpus: Corpus): Partial<EvidenceHashes> {
  const incumbentDialect = sideFingerprint(config.incumbent);
  const candidateDialect = sideFingerprint(config.candidate);
  return {
    corpus: documentsHash(corpus.hashes.documents),
    queries: corpus.hashes.queries,
    judgments: corpus.hashes.judgments,
    // Hashes of secrets are left out of the hash, so any salt will do.
    config: hashConfig(withoutPlaces(recordedConfig(config, ''))),
    incumbentDialect,
    candidateDialect,
  };
}

function withoutPlaces(config: JsonValue): JsonValue {
  if (typeof config !== 'object' || config === null || Array.isArray(config)) return config;
  return Object.fromEntries(
    Object.entries(config)
      .filter(([key]) => !PLACES.has(key))
      .map(([key, value]) =>
        key === 'incumbent' || key === 'candidate' ? [key, withoutUrl(value)] : [key, value],
      ),
  );
}

function withoutUrl(side: JsonValue): JsonValue {
  if (typeof side !== 'object' || side === null || Array.isArray(side)) return side;
  return Object.fromEntries(Object.entries(side).filter(([key]) => key !== 'url'));
}

/** Whether evidence of a backend is of one that gives this name and version; what it embeds with is not asked. */
export function isEvidenceOf(
  recorded: string,
  { service, version }: Pick<BackendFingerprint, 'service' | 'version'>,
): boolean {
  const named = [service, version].filter((part) => part !== null).join(', ');
  // A backend that says nothing was recorded by its URL, which comes and goes.
  return named === '' || recorded === named || recorded.startsWith(`${named}, `);
}

/** What a backend says it is; its URL only where it says nothing, since ports and hosts come and go. */
function fingerprint({ url, service, version, model, dimension }: BackendFingerprint): string {
  const named = [service, version, model].filter((part) => part !== null);
  const parts = named.length === 0 ? [url] : named;
  return [...parts, ...(dimension === null ? [] : [`${dimension} dimensions`])].join(', ');
}
