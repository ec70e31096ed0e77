import { randomBytes } from 'node:crypto';
import { evidenceOfManifest } from '../../logs/evidence/run-evidence.ts';
import type { LedgerInput } from '../../logs/ledger/row.ts';
import { manifestFor } from '../../observe/run-manifest.ts';
import { sha256Hex } from '../../record/files/write-whole.ts';
import type { ManifestInput } from '../../record/run/manifest.ts';
import { createRun } from '../../record/run/run-folder.ts';
import type { ReportDocument } from '../../report/model.ts';
import type { ProbeFindings } from '../find/findings.ts';
import type { ProbeVerdict } from '../judge/judge-probe.ts';
import { probeCodec } from '../record/probe-codec.ts';
import { askedOf } from './derive.ts';
import { probeLedgerInput } from './ledger-input.ts';
import { judgedProbe, PROBE_BLOCK, probeFiles } from './rescore-probe.ts';
import type { ProbeSession, ProbeTask } from './session.ts';

/** A probe that was carried out, recorded and judged. */
export interface ProbeResult {
  /** Name in tables and the ledger. */
  readonly endpoint: string;
  readonly runFolder: string;
  readonly findings: ProbeFindings;
  readonly verdict: ProbeVerdict;
  /** As Markdown it is equal to the run's `report.md`. */
  readonly report: ReportDocument;
  /** The claim that the ledger is offered. */
  readonly ledgerInput: LedgerInput;
}

/**
 * Carries out one probe and leaves a run folder with what was observed, the findings and the verdict.
 * The findings are made from the record as it reads back, so that they can be made again from it.
 */
export async function carryOutProbe(task: ProbeTask, session: ProbeSession): Promise<ProbeResult> {
  const { config, corpus, backends, descriptions, signal } = session;
  const writer = await createRun({ parentFolder: config.runs });
  const unasked = { model: null, dimension: null };
  const salt = randomBytes(16).toString('hex');
  const manifest = (status: ManifestInput['status']) =>
    manifestFor({
      kind: 'probe',
      config,
      corpus,
      backends,
      descriptions: {
        incumbent: { ...descriptions.incumbent, ...unasked },
        candidate: { ...descriptions.candidate, ...unasked },
      },
      status,
      salt,
    });
  let input = await manifest('failed');
  await writer.describe(input);
  try {
    const observed = await task.observe(session);
    // What an interrupt cut short is no record.
    signal.throwIfAborted();
    await writer.writeRecord(PROBE_BLOCK, probeCodec, observed);
    const judged = await judgedProbe(await writer.readBack(), signal);
    await writer.writeDerived(probeFiles(judged));
    input = await manifest('complete');
    const { record, findings, verdict, report } = judged;
    const asked = askedOf(record);
    return {
      endpoint: task.endpoint,
      runFolder: writer.folder,
      findings,
      verdict,
      report,
      ledgerInput: probeLedgerInput(task.endpoint, findings, verdict, {
        id: writer.id,
        createdAt: writer.createdAt,
        hashes: {
          ...evidenceOfManifest(input),
          ...(asked === undefined
            ? {}
            : { queries: sha256Hex(Buffer.from(JSON.stringify(asked))) }),
        },
      }),
    };
  } finally {
    const isCut = signal.aborted && input.status === 'failed';
    await writer.finish(isCut ? await manifest('interrupted') : input);
  }
}
