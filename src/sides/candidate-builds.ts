import type { Config } from '../config/resolve.ts';
import { connectSide } from '../config/side.ts';
import type { Backend } from '../wire/backend.ts';
import { BUILD_PLACEHOLDER } from '../wire/backends.ts';
import { compose } from '../wire/compose.ts';
import { embedderNamed } from './embedder-named.ts';
import { remembered } from './remembered.ts';

/** Builds of the candidate, each a backend of its own. */
export interface CandidateBuilds {
  /** Opens the build of a number, which stands for `{build}` in the candidate's URL; `close` leaves the embedder. */
  readonly open: (build: number) => {
    readonly backend: Backend;
    readonly close: () => Promise<void>;
  };
  readonly close: () => Promise<void>;
}

/** The builds of a configuration's candidate; a shared embedder embeds each text once for all of them. */
export async function candidateBuilds(
  config: Pick<Config, 'candidate' | 'embed' | 'timeouts' | 'corpus' | 'encoder'>,
): Promise<CandidateBuilds> {
  const { candidate, embed, timeouts } = config;
  const shared = embed === null ? null : remembered(await embedderNamed(embed, config));
  return {
    open: (build) => {
      const url = candidate.url?.replaceAll(BUILD_PLACEHOLDER, String(build)) ?? null;
      const index = connectSide({ ...candidate, url }, `build ${build}`, timeouts);
      const backend = shared === null ? index : compose({ embed: shared, index });
      return { backend, close: () => index.close() };
    },
    close: async () => shared?.close(),
  };
}
