import { verdictSentence } from '../gate/sentence.ts';
import { encodeVerdict } from '../gate/stored-verdict.ts';
import type { Findings } from '../parity/findings.ts';
import { encodeFindings } from '../parity/stored-findings.ts';
import type { RunReader } from '../record/run/run-reader.ts';
import type { DerivedRun } from '../report/judged.ts';
import { renderMarkdown } from '../report/render/markdown.ts';
import { retrieveScreen } from '../report/screen/retrieve-screen.ts';
import { judgeReader } from './judge-run.ts';

/**
 * Derives every figure of a run of the main job again from its observations alone. With `swap` the sides are
 * exchanged while the truth is held fixed.
 */
export async function rescoreRetrieve(
  reader: RunReader,
  options: { readonly swap?: boolean } = {},
): Promise<DerivedRun> {
  const { findings, verdict, report, page, cells } = await judgeReader(reader, options);
  const { state, gates } = verdict;
  const isFuller =
    findings.referenceLeft !== true &&
    ((await wasLeft(reader)) || (await isExplainedNow(reader, findings)));
  return {
    report,
    verdict: { state, gates, sentence: verdictSentence(verdict) },
    files: {
      findings: encodeFindings(findings),
      verdict: encodeVerdict(verdict),
      report: renderMarkdown(report),
      page,
    },
    isFuller,
    screen: (words) => retrieveScreen({ findings, verdict, cells: cells(), ...words }),
  };
}

/** Whether the stored findings of a run say that something was left out of them. */
export async function wasLeft(reader: RunReader): Promise<boolean> {
  return 'referenceLeft' in (await storedFindings(reader));
}

/** Whether an interrupt left operations unexplained in the stored findings of a run, which are explained now. */
async function isExplainedNow(reader: RunReader, { attribution }: Findings): Promise<boolean> {
  const stored: { readonly complete?: unknown; readonly attribution?: unknown } =
    await storedFindings(reader);
  const before = Array.isArray(stored.attribution) ? stored.attribution.length : 0;
  return stored.complete === false && before < (attribution?.length ?? 0);
}

async function storedFindings(reader: RunReader): Promise<object> {
  const name = 'findings.json';
  const isThere = reader.has(name) && !reader.setAside.includes(name);
  return Object(isThere ? await reader.json(name) : null) as object;
}
