import type { Config, Origins } from '../../src/config/resolve.ts';
import { type ExitCode, UsageError } from '../../src/errors.ts';
import { retrieveCandidates } from '../../src/retrieve/candidates/retrieve-candidates.ts';
import type { Io } from '../io.ts';
import { openingWith } from '../open-backends.ts';
import { type OutputFlags, printReport } from '../output.ts';
import { sayRun } from '../printing/say-run.ts';
import { screenOf } from '../printing/screen-of.ts';
import type { EndableProgress } from '../terminal-progress.ts';

/** One invocation with several candidates. */
interface Invocation {
  readonly config: Config;
  readonly origins: Origins;
  readonly flags: OutputFlags & { readonly resume?: string };
  readonly io: Io;
  readonly progress: EndableProgress;
}

/** `bench retrieve` with several candidates: one table of all of them, and a run of its own for each. */
export async function compareCandidates(invocation: Invocation): Promise<ExitCode> {
  const { config, origins, flags, io, progress } = invocation;
  if (flags.resume !== undefined) {
    throw new UsageError('candidates-resume', 'several candidates cannot be gone on with at once', {
      hint: 'go on with the run of one candidate: name that candidate alone',
    });
  }
  const result = await retrieveCandidates(config, {
    signal: io.signal,
    progress,
    origins,
    openBackends: openingWith(progress),
  });
  progress.end();
  const { report, runFolder, findings, verdict, exitCode } = result;
  if (report !== null && runFolder !== null) {
    const figures = () => ({ run: runFolder, verdict, findings });
    await printReport({ screen: screenOf(report, runFolder, io), report, figures }, flags, io);
    sayRun({ runFolder }, flags, io);
  }
  return exitCode;
}
