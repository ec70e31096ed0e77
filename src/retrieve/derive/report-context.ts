import { counted } from '../../counted.ts';
import type { BackendFingerprint, ManifestInput, OverCorpus } from '../../record/run/manifest.ts';
import type { DescribedBackend, ReportContext } from '../../report/context.ts';

/** What a report says about its run, from the manifest or from what will be in it. */
export function reportContext(
  runId: string,
  createdAt: string,
  manifest: OverCorpus<Omit<ManifestInput, 'status'>>,
  swapped = false,
): ReportContext {
  const incumbent = described(manifest.backends.incumbent, manifest.dialects.incumbent);
  const candidate = described(manifest.backends.candidate, manifest.dialects.candidate);
  return {
    runId,
    createdAt,
    toolVersion: manifest.toolVersion,
    corpusHash: manifest.corpus.hashes.queries,
    incumbent: swapped ? candidate : incumbent,
    candidate: swapped ? incumbent : candidate,
    machine: machineText(manifest.machine),
    node: manifest.versions.node,
    swapped,
  };
}

function machineText({
  cpuModel,
  cores,
  memoryGb,
  platform,
  grade,
  concerns = [],
}: ManifestInput['machine']): string {
  const why = concerns.length === 0 ? '' : ` (${concerns.join('; ')})`;
  const graded = grade === undefined ? '' : `, ${grade} for timings${why}`;
  return `${cpuModel}, ${counted(cores, 'core')}, ${memoryGb} GiB, ${platform}${graded}`;
}

function described(backend: BackendFingerprint, dialect: string): DescribedBackend {
  const parts = [backend.service, backend.version, backend.model].filter((part) => part !== null);
  const dimension = backend.dimension === null ? '' : `, ${backend.dimension} dimensions`;
  const about = `${dialect}; ${parts.join(', ') || 'says nothing of itself'}${dimension}`;
  return { url: backend.url, about };
}
