import { encodeVerdict } from '../gate/stored-verdict.ts';
import { encodeFindings } from '../parity/stored-findings.ts';
import type { DerivedFiles } from '../record/run/derived-files.ts';
import type { RunReader } from '../record/run/run-reader.ts';
import { renderMarkdown } from '../report/render/markdown.ts';
import { judgeReader } from './judge-run.ts';

/**
 * Derives every figure of a run of the main job again from its observations alone. With `swap` the sides are
 * exchanged while the truth is held fixed.
 */
export async function rescoreRetrieve(
  reader: RunReader,
  options: { readonly swap?: boolean } = {},
): Promise<DerivedFiles> {
  const { findings, verdict, report } = await judgeReader(reader, options);
  return {
    findings: encodeFindings(findings),
    verdict: encodeVerdict(verdict),
    report: renderMarkdown(report),
  };
}
