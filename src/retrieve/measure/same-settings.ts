import { isDeepStrictEqual } from 'node:util';
import { recordedConfig } from '../../config/recorded-config.ts';
import type { Config } from '../../config/resolve.ts';
import { type ResolvedBackend, sideFingerprint } from '../../config/side.ts';
import type { Corpus } from '../../corpus/types.ts';
import { UsageError } from '../../errors.ts';
import type { ManifestInput } from '../../record/run/manifest.ts';
import { openResumable } from '../../record/run/resume-run.ts';
import { requireSameSides } from '../../record/run/same-sides.ts';

/**
 * What keeps a value of the configuration the same where a run is gone on with: `settings` are compared here; `sides`
 * are what the backends are known by, `plan` is in the plan, and `looks` in its look. `free` decides neither what is
 * asked nor how it is judged.
 */
type HeldBy = 'settings' | 'sides' | 'plan' | 'looks' | 'free';

const OF_A_SIDE = {
  url: 'sides',
  dialect: 'sides',
  backend: 'sides',
  pace: 'settings',
  // Secrets are renewed.
  headers: 'free',
} as const satisfies Record<keyof ResolvedBackend, HeldBy>;

/** Every key of the configuration: what a new one does to a run that is gone on with has to be said here. */
export const HELD_BY = {
  incumbent: OF_A_SIDE,
  candidate: OF_A_SIDE,
  // A run has one of them.
  candidates: 'sides',
  embed: 'sides',
  // By the model that it gives: the folder may lie elsewhere.
  encoder: 'sides',
  corpus: 'plan',
  k: 'plan',
  operations: 'plan',
  seed: 'plan',
  truth: 'plan',
  searchUses: 'plan',
  looks: 'looks',
  build: 'settings',
  equalRecall: 'settings',
  gates: 'settings',
  ingest: 'settings',
  latency: 'settings',
  model: 'settings',
  quality: 'settings',
  rebuild: 'settings',
  throughput: 'settings',
  timeouts: 'settings',
  // Of what has documents, nothing is written again.
  force: 'free',
  // What it sets are the settings above.
  quick: 'free',
  runs: 'free',
  // Of bench drift alone.
  drift: 'free',
} as const satisfies Record<keyof Config, HeldBy | Record<string, HeldBy>>;

const SETTINGS = Object.entries<HeldBy | Record<string, HeldBy>>(HELD_BY).flatMap(([key, held]) =>
  typeof held === 'string'
    ? held === 'settings'
      ? [[key]]
      : []
    : Object.entries(held).flatMap(([inner, by]) => (by === 'settings' ? [[key, inner]] : [])),
);

/**
 * Requires of a run that is to be gone on with, before anything is sent: the sides, the corpus and the settings that it
 * was begun with. Half of a run measured in one way and half in another is a run of neither.
 * @throws UsageError that names what differs, and as `openResumable` does
 */
export async function requireSameBeginning(
  folder: string,
  { config, corpus }: { readonly config: Config; readonly corpus: Pick<Corpus, 'hashes'> },
): Promise<void> {
  const before = (await openResumable(folder, 'retrieve'))?.description ?? null;
  if (before === null) return;
  const now: Pick<ManifestInput, 'config' | 'dialects'> = {
    config: recordedConfig(config, ''),
    dialects: {
      incumbent: sideFingerprint(config.incumbent),
      candidate: sideFingerprint(config.candidate),
    },
  };
  // What the backends say of themselves is not known yet.
  requireSameSides(folder, before, { ...now, backends: before.backends });
  if (before.corpus !== null && !isDeepStrictEqual(before.corpus.hashes, corpus.hashes)) {
    throw new UsageError('resume-plan', `${folder} was begun with another corpus`, {
      hint: 'go on with the corpus that the run was begun with, or start a new run',
    });
  }
  const setting = SETTINGS.find(
    (path) => !isDeepStrictEqual(valueAt(before.config, path), valueAt(now.config, path)),
  );
  if (setting === undefined) return;
  const name = setting.join('.');
  throw new UsageError('resume-config', `${folder} was begun with other settings of ${name}`, {
    hint: 'go on with the configuration and the flags that the run was started with; bench gate judges a finished run by other gates',
    context: { setting: name },
  });
}

/** As JSON keeps it: what is undefined is not there. */
function valueAt(config: unknown, path: readonly string[]): unknown {
  let value = config;
  for (const key of path) value = (Object(value) as Readonly<Record<string, unknown>>)[key];
  return JSON.parse(JSON.stringify(value ?? null)) as unknown;
}
