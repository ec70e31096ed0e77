import type { GateResult, Verdict } from '../gate/verdict.ts';
import type { CellFinding, Findings } from '../parity/findings.ts';
import type { ReportContext } from './context.ts';
import { attributionSections } from './markdown-attribution.ts';
import { countsSections } from './markdown-counts.ts';
import { speedSections } from './markdown-speed.ts';
import { cellText, fixed, interval, percent, signed, whole } from './numbers.ts';
import { section } from './table.ts';

/** The whole report as Markdown: the same findings and verdict give the same bytes. */
export function renderMarkdown(
  findings: Findings,
  verdict: Verdict,
  context: ReportContext,
): string {
  return [
    header(findings, verdict, context),
    gatesSection(verdict),
    embeddingSection(findings),
    ...findings.cells.flatMap((cell) => [
      qualitySection(cell),
      agreementSection(cell),
      slicesSection(cell),
    ]),
    ...attributionSections(findings),
    ...speedSections(findings),
    referenceSection(findings),
    ...countsSections(findings),
  ].join('\n');
}

function header(findings: Findings, verdict: Verdict, context: ReportContext): string {
  const lines = [
    '# Retrieval parity',
    '',
    `**${verdict.verdict}**: ${verdict.sentence}`,
    '',
    ...(verdict.notVerified.length === 0
      ? []
      : ['Not verified:', '', ...verdict.notVerified.map((entry) => `- ${cellText(entry)}`), '']),
    `- run \`${context.runId}\` of ${context.createdAt}, retrieval-parity ${context.toolVersion}${
      context.swapped ? ', sides exchanged' : ''
    }${findings.complete ? '' : ', interrupted: what was measured until then'}`,
    `- corpus ${cellText(findings.corpus.name)} (\`${context.corpusHash.slice(0, 12)}\`): ${whole(
      findings.corpus.documents,
    )} documents, ${whole(findings.corpus.queries)} queries, ${whole(findings.corpus.needs)} needs; k = ${findings.k}`,
    `- incumbent ${cellText(context.incumbent)}`,
    `- candidate ${cellText(context.candidate)}`,
    `- ${cellText(context.machine)}, Node ${context.node}`,
    '',
  ];
  return lines.join('\n');
}

function gatesSection(verdict: Verdict): string {
  return section(
    'Gates',
    ['gate', 'cell', 'answer', '>n', 'unit', '>Δ', '95% bounds of Δ', '>margin', 'why'],
    verdict.gates.map((gate) => [
      gate.slice === null ? gate.name : `${gate.name} (${cellText(gate.slice)})`,
      gate.cell,
      `${gate.state}${gate.gated ? '' : ' (advisory)'}${gate.parity ? ', parity' : ''}`,
      whole(gate.n),
      gate.unit,
      figure(gate, gate.mean),
      gate.lower === null && gate.upper === null
        ? '–'
        : `[${figure(gate, gate.lower)}, ${figure(gate, gate.upper)}]`,
      gate.margin === null ? '–' : fixed(gate.margin, gate.margin < 0.01 ? 3 : 2),
      cellText(gate.reason),
    ]),
    [
      'Bounds are one-sided at 95% (Gaffke for quality: coverage is proved for two-point laws, conjectured and simulated otherwise). Δ is candidate − incumbent as a mean over needs; p50 and p95 are relative.',
    ],
  );
}

function figure(gate: GateResult, value: number | null): string {
  return gate.unit === 'block pairs' ? percentChange(value) : signed(value, 4);
}

function percentChange(value: number | null): string {
  return value === null || !Number.isFinite(value) ? fixed(value) : `${signed(value * 100, 1)}%`;
}

function embeddingSection(findings: Findings): string {
  const e = findings.embedding;
  const rows: string[][] = [
    ['texts embedded by both', whole(e.texts)],
    ['texts missing (incumbent, candidate)', `${e.missing.incumbent}, ${e.missing.candidate}`],
    ['dimension', `${e.dimensionIncumbent}, ${e.dimensionCandidate}`],
  ];
  if (e.comparable) {
    rows.push(
      [`cosine ≥ ${e.cosineThreshold}`, `${whole(e.atLeast)}/${whole(e.texts)}`],
      ['cosine, least and mean', `${fixed(e.cosineMin, 7)}, ${fixed(e.cosineMean, 7)}`],
      [
        'norm ratio, candidate / incumbent (least, median, greatest)',
        `${fixed(e.normRatioMin, 3)}, ${fixed(e.normRatioMedian, 3)}, ${fixed(e.normRatioMax, 3)}`,
      ],
      ['greatest difference of a component', fixed(e.maxAbs, 4)],
      ['raw bits equal', `${whole(e.bitEqual)}/${whole(e.texts)}`],
      [
        'bits equal after float32 L2-normalisation',
        `${whole(e.bitEqualNormalised)}/${whole(e.texts)}`,
      ],
      ['zero vectors', whole(e.zeroVectors)],
    );
  }
  const ratio = e.normRatioMedian;
  const drift =
    ratio !== null && Math.abs(ratio - 1) > 1e-3
      ? [
          `Wire drift: L2-normalise. The candidate's vectors are ${fixed(ratio, 1)} times as long as the incumbent's: harmless under cosine, breaking under dot product or Euclidean distance.`,
        ]
      : [];
  return section('Embedding parity', ['figure', '>value'], rows, drift);
}

function title(cell: CellFinding): string {
  return `\`${cell.incumbentPath}\` ↔ \`${cell.candidatePath}\``;
}

function qualitySection(cell: CellFinding): string {
  return section(
    `Quality: ${cell.cell}, ${title(cell)}`,
    [
      'metric',
      '>needs',
      '>incumbent',
      '95% bounds',
      '>candidate',
      '95% bounds',
      '>Δ',
      '95% bounds of Δ',
      '>undefined',
    ],
    cell.quality.map((q) => [
      q.metric,
      whole(q.delta.n),
      fixed(q.incumbent.mean),
      interval(q.incumbent.lower, q.incumbent.upper),
      fixed(q.candidate.mean),
      interval(q.candidate.lower, q.candidate.upper),
      signed(q.delta.mean),
      interval(q.delta.lower, q.delta.upper),
      whole(q.incumbent.undefinedCount),
    ]),
    [
      `${whole(cell.queries)} queries of ${whole(cell.needs)} needs, each asked twice of both sides. As served: a failed request scores 0. Recall is tie-aware against exact cosine over the incumbent's embeddings; nDCG and MRR against the graded judgments unless named exact. One-sided 95% bounds on either side.`,
    ],
  );
}

function agreementSection(cell: CellFinding): string {
  const drift = cell.scoreDrift;
  return section(
    `Agreement: ${cell.cell}`,
    [
      'arms',
      '>queries',
      '>overlap',
      '>Jaccard',
      '>RBO',
      '>residual',
      '>τ-b',
      'top-1',
      'Wilson 95%',
      '>identical lists',
    ],
    cell.agreement.map((a) => [
      a.pair,
      whole(a.n),
      fixed(a.overlap),
      fixed(a.jaccard),
      fixed(a.rbo),
      fixed(a.rboResidual),
      fixed(a.kendallTauB),
      percent(a.top1.rate),
      interval(a.top1.lower, a.top1.upper),
      whole(a.identical),
    ]),
    [
      'RBO is the extrapolated one at p = 1 − 1/k, its ties (scores within a side’s own noise) without an order: a list with ties agrees with itself to a little less than 1.',
      cell.excess
        .map(
          (x) =>
            `Disagreement above the noise floor, ${x.measure}: ${signed(x.mean)} ${interval(x.lower, x.upper)} over ${whole(x.n)} needs.`,
        )
        .join(' '),
      divergence(cell),
      `Scores of ${whole(drift.nCommon)} common documents, candidate − incumbent: mean ${signed(drift.meanSigned, 7)}, greatest ${fixed(drift.maxAbs, 7)}, slope ${fixed(drift.slope, 5)}, Pearson ${fixed(drift.pearson, 5)}; own noise ε ${fixed(drift.epsilonIncumbent, 7)} and ${fixed(drift.epsilonCandidate, 7)}.`,
    ],
  );
}

function divergence(cell: CellFinding): string {
  const across = cell.agreement.find((entry) => entry.pair === 'A·B');
  const ranks = Object.entries(across?.firstDivergentRank ?? {});
  return ranks.length === 0
    ? 'No list of A and B diverges at any rank.'
    : `First divergent rank of A and B: ${ranks.map(([rank, n]) => `${rank} (${n}×)`).join(', ')}.`;
}

function slicesSection(cell: CellFinding): string {
  const metric =
    cell.quality.find((q) => q.metric === `recall@${cell.k}`)?.metric ?? `recall@${cell.k}`;
  const rows = cell.slices.map((slice) => {
    const q = slice.quality.find((entry) => entry.metric === metric);
    return { slice, q };
  });
  const worst = rows
    .filter((row) => row.q?.delta.mean !== null && row.q !== undefined)
    .sort((a, b) => (a.q?.delta.mean ?? 0) - (b.q?.delta.mean ?? 0))[0];
  return section(
    `Slices: ${cell.cell}, ${metric}`,
    [
      'slice',
      '>needs',
      '>queries',
      '>incumbent',
      '>candidate',
      '>Δ',
      '95% bounds of Δ',
      '>worst tenth, incumbent',
      '>worst tenth, candidate',
    ],
    rows.map(({ slice, q }) => [
      cellText(slice.slice),
      whole(slice.needs),
      whole(slice.queries),
      fixed(q?.incumbent.mean),
      fixed(q?.candidate.mean),
      signed(q?.delta.mean),
      interval(q?.delta.lower, q?.delta.upper),
      fixed(slice.worstDecileIncumbent),
      fixed(slice.worstDecileCandidate),
    ]),
    worst === undefined
      ? []
      : [`Worst slice: ${cellText(worst.slice.slice)}, ${signed(worst.q?.delta.mean)}.`],
  );
}

function referenceSection(findings: Findings): string {
  return section(
    'Reference index: HNSW over the same vectors, against exact truth',
    [
      'collection',
      '>rows',
      '>queries',
      '>M',
      '>efConstruction',
      'recall by efSearch',
      '>efSearch for 0.999',
    ],
    findings.reference.map((entry) => [
      cellText(entry.collection),
      whole(entry.rows),
      whole(entry.queries),
      whole(entry.m),
      whole(entry.efConstruction),
      entry.curve.map((point) => `${point.efSearch}: ${fixed(point.recall)}`).join(', '),
      entry.efSearchFor999 === null ? 'not reached' : whole(entry.efSearchFor999),
    ]),
  );
}
