import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { packageRoot } from '../config/package-root.ts';
import type { Config } from '../config/resolve.ts';
import type { Corpus } from '../corpus/types.ts';
import { describeMachine, libraryVersions } from '../record/machine.ts';
import type { BackendFingerprint, ManifestInput } from '../record/manifest.ts';
import { type JsonValue, redactConfig } from '../record/redact.ts';
import type { Side } from '../record/types.ts';

const LIBRARIES = ['apache-arrow', 'hnswlib-node', 'onnxruntime-node', 'undici'];

/** What a backend said of itself, as far as it was asked. */
type Said = Pick<BackendFingerprint, 'service' | 'version' | 'model' | 'dimension'>;

/** The facts of a run that its manifest keeps; secrets of the configuration are redacted. */
export async function manifestFor(
  config: Config,
  corpus: Corpus,
  urls: Readonly<Record<Side, { readonly url: string }>>,
  said: Readonly<Record<Side, Said>>,
  status: ManifestInput['status'],
  salt: string,
): Promise<ManifestInput> {
  const backend = (side: Side): BackendFingerprint => ({
    url: urls[side].url,
    service: said[side].service,
    version: said[side].version,
    model: said[side].model,
    dimension: said[side].dimension,
  });
  return {
    toolVersion: await toolVersion(),
    status,
    corpus: { name: corpus.name, hashes: corpus.hashes },
    config: recordedConfig(config, salt),
    dialects: {
      incumbent: config.incumbent.dialect.fingerprint,
      candidate: config.candidate.dialect.fingerprint,
    },
    backends: { incumbent: backend('incumbent'), candidate: backend('candidate') },
    machine: describeMachine(),
    versions: { node: process.versions.node, libraries: await libraryVersions(LIBRARIES) },
    seeds: { order: config.seed },
  };
}

/** A configuration as runs record it: dialects by their fingerprints, secrets redacted. */
export function recordedConfig(config: Config, salt: string): JsonValue {
  const side = (name: Side) => ({ ...config[name], dialect: config[name].dialect.fingerprint });
  return redactConfig(
    { ...config, incumbent: side('incumbent'), candidate: side('candidate') },
    salt,
  );
}

async function toolVersion(): Promise<string> {
  const text = await readFile(join(packageRoot(), 'package.json'), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}
