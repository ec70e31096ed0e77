import { UsageError } from '../../errors.ts';
import type { StoredVerdict } from '../../gate/stored-verdict.ts';
import type { Findings } from '../../parity/findings.ts';
import { decodeFindings, type StoredFindings } from '../../parity/stored-findings.ts';
import { type OverCorpus, overCorpus, type RunManifest } from '../../record/run/manifest.ts';
import { requireKind } from '../../record/run/require-kind.ts';
import type { RunReader } from '../../record/run/run-reader.ts';

/** What a finished run says of itself, as it was written down. */
export interface StoredRun {
  readonly manifest: OverCorpus<RunManifest>;
  readonly findings: Findings;
  readonly verdict: StoredVerdict;
}

/**
 * Reads manifest, findings and verdict of a run as they were stored; nothing is derived again.
 * @throws UsageError where the run is of another kind, has not come so far, or another version wrote it.
 */
export async function readStoredRun(run: RunReader): Promise<StoredRun> {
  requireKind(run, 'retrieve');
  const { manifest, folder } = run;
  const changed = ['findings.json', 'verdict.json'].find((name) => run.setAside.includes(name));
  if (changed !== undefined) {
    throw new UsageError('run-damaged', `${folder}/${changed}: not as it was written`, {
      hint: 'bench rescore RUN derives it again from what was observed',
      context: { file: changed },
    });
  }
  if (manifest === null || !run.has('findings.json') || !run.has('verdict.json')) {
    throw new UsageError('run-unjudged', `${folder}: the run was not judged`, {
      hint: 'it was killed before its end; go on with it: bench retrieve --resume RUN',
    });
  }
  const findings = await run.json('findings.json');
  const verdict = await run.json('verdict.json');
  if (!isVersion1(findings) || !isVersion1(verdict)) {
    throw new UsageError('run-version', `${folder}: findings or verdict of another version`, {
      hint: 'derive them with the version of this suite that made the run',
    });
  }
  // The run folder's hashes have been checked: these are the bytes that this suite wrote.
  return {
    manifest: overCorpus(manifest, folder),
    findings: decodeFindings(findings as unknown as StoredFindings),
    // A verdict from before there were remarks has none.
    verdict: { remarks: [], ...(verdict as unknown as Omit<StoredVerdict, 'remarks'>) },
  };
}

function isVersion1(value: unknown): value is { readonly schema: 1 } {
  return typeof value === 'object' && value !== null && 'schema' in value && value.schema === 1;
}
