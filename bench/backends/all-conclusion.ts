import { join, relative, resolve } from 'node:path';
import type { ExitCode } from '../../src/errors.ts';
import { addToLedger } from '../../src/logs/ledger/add-to-ledger.ts';
import type { LedgerInput } from '../../src/logs/ledger/row.ts';
import type { ProbeResult } from '../../src/probes/job/carry-out.ts';
import type { HealthResult } from '../../src/probes/job/health.ts';
import { healthLedgerInput } from '../../src/probes/job/ledger-input.ts';
import { worstExit } from '../../src/probes/job/probe.ts';
import { probeSentence } from '../../src/probes/judge/probe-sentence.ts';
import { type EndpointLine, endpointsReport } from '../../src/probes/report/endpoints.ts';
import { writeNewFile } from '../../src/record/files/new-file.ts';
import { openRun } from '../../src/record/run/open-run.ts';
import { renderMarkdown } from '../../src/report/render/markdown.ts';
import { ledgerInputsOfRun } from '../../src/retrieve/evidence/ledger-inputs.ts';
import type { RetrieveResult } from '../../src/retrieve/retrieve-result.ts';
import type { Io } from '../io.ts';
import { isScreen, type OutputFlags, printReport } from '../output.ts';
import { screenOf } from '../printing/screen-of.ts';

/** What the jobs of `bench all` came to. */
export interface AllResults {
  readonly healthy: HealthResult;
  /** Path at which the candidate is asked for its health. */
  readonly healthPath: string;
  readonly results: readonly ProbeResult[];
  /** Null where the main job was left out. */
  readonly retrieved: RetrieveResult | null;
}

/** Where and how it is told. */
interface AllOutput extends OutputFlags {
  /** Folder of the verdict file and the ledger. */
  readonly results: string;
}

/** Logs what the jobs came to, prints one table of it, and gives the worst of their exit codes. */
export async function conclude(all: AllResults, flags: AllOutput, io: Io): Promise<ExitCode> {
  const { healthy, results, retrieved } = all;
  const folder = resolve(io.cwd, flags.results);
  const embed = results.find(({ endpoint }) => endpoint === 'embed');
  if (embed !== undefined) {
    const name = `embed_parity_${embed.ledgerInput.date}.md`;
    const written = await writeNewFile(join(folder, name), renderMarkdown(embed.report));
    io.stderr(`bench: verdict file ${relative(io.cwd, written)}\n`);
  }
  const claims = await claimsOf(all);
  const entries = await addToLedger(join(folder, 'ledger.jsonl'), claims);
  const lines = claims.map((claim, at): EndpointLine => {
    const { endpoint, incumbentPath, candidatePath, verdict, notes } = claim;
    const ledger = entries[at]?.reason ?? '';
    return { endpoint, incumbentPath, candidatePath, verdict, figures: notes, ledger };
  });
  const report = endpointsReport(lines, healthy.findings);
  const figures = () => ({ health: healthy.findings, endpoints: lines });
  const screen = screenOf(report, null, io, ['ledger list --standing']);
  await printReport({ screen, report, figures }, flags, io);
  for (const { endpoint, runFolder } of results) {
    io.stderr(`bench: ${endpoint}: run ${runFolder}\n`);
  }
  for (const { endpoint, findings, verdict } of results) {
    // The screen says the same.
    if (verdict.state === 'pass' || isScreen(flags)) continue;
    io.stderr(`bench: ${endpoint}: ${probeSentence(findings, verdict)}\n`);
  }
  return worstExit([
    ...results.map(({ verdict }) => verdict.exitCode),
    ...(retrieved === null ? [] : [retrieved.exitCode]),
    healthy.exitCode,
  ]);
}

/** The claims of all jobs, for the ledger. */
async function claimsOf({
  healthy,
  healthPath,
  results,
  retrieved,
}: AllResults): Promise<LedgerInput[]> {
  const probed = results.map(({ ledgerInput }) => ledgerInput);
  const ofRun =
    retrieved === null || retrieved.verdict === null
      ? []
      : await ledgerInputsOfRun(await openRun(retrieved.runFolder));
  const like = probed[0];
  const ofHealth =
    healthy.findings === null || like === undefined
      ? []
      : [healthLedgerInput(healthy.findings, like, healthPath)];
  // The main job also asks one of the search paths: that has two claims, and passes where both do.
  return [...probed, ...ofRun, ...ofHealth];
}
