import { packageVersion } from '../config/package-root.ts';
import { recordedConfig } from '../config/recorded-config.ts';
import type { Config } from '../config/resolve.ts';
import { sideFingerprint } from '../config/side.ts';
import type { Corpus } from '../corpus/types.ts';
import { describeMachine, libraryVersions } from '../record/machine/machine.ts';
import { machineStamp } from '../record/machine/measure-machine.ts';
import type {
  BackendFingerprint,
  ManifestInput,
  OverCorpus,
  RunKind,
} from '../record/run/manifest.ts';
import type { Side } from '../record/types.ts';
import type { Backend } from '../wire/backend.ts';

const LIBRARIES = ['apache-arrow', 'hnswlib-node', 'onnxruntime-node', 'undici'];

/** What a backend said of itself, as far as it was asked. */
export type SelfDescription = Pick<
  BackendFingerprint,
  'service' | 'version' | 'model' | 'dimension'
>;

/** What the manifest of a run is made from. */
export interface RunFacts {
  readonly kind: RunKind;
  readonly config: Config;
  readonly corpus: Pick<Corpus, 'name' | 'hashes'>;
  readonly backends: Readonly<Record<Side, Backend>>;
  readonly descriptions: Readonly<Record<Side, SelfDescription>>;
  readonly status: ManifestInput['status'];
  /** One a run, so that hashes of secrets cannot be compared between runs. */
  readonly salt: string;
}

/** The facts of a run that its manifest keeps; secrets of the configuration are redacted. */
export async function manifestFor(facts: RunFacts): Promise<OverCorpus<ManifestInput>> {
  const { kind, config, corpus, backends, descriptions, status, salt } = facts;
  const backend = (side: Side): BackendFingerprint => ({
    url: backends[side].label,
    service: descriptions[side].service,
    version: descriptions[side].version,
    model: descriptions[side].model,
    dimension: descriptions[side].dimension,
  });
  return {
    kind,
    ...(await runEnvironment()),
    status,
    corpus: { name: corpus.name, hashes: corpus.hashes },
    config: recordedConfig(config, salt),
    dialects: {
      incumbent: sideFingerprint(config.incumbent),
      candidate: sideFingerprint(config.candidate),
    },
    backends: { incumbent: backend('incumbent'), candidate: backend('candidate') },
    seeds: { order: config.seed },
  };
}

/** With what a run is made: this suite, the machine, Node and the libraries. */
export async function runEnvironment(): Promise<
  Pick<ManifestInput, 'toolVersion' | 'machine' | 'versions'>
> {
  return {
    toolVersion: packageVersion(),
    machine: { ...describeMachine(), ...(await machineStamp()) },
    versions: { node: process.versions.node, libraries: await libraryVersions(LIBRARIES) },
  };
}
