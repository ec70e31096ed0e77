import {
  key,
  left,
  looseList,
  paragraph,
  pictured,
  reportOf,
  right,
  row,
  tableSection,
} from '../../report/blocks.ts';
import type { Content, ReportDocument, Section, Tone } from '../../report/model.ts';
import type { Picture } from '../../report/picture/picture.ts';
import {
  code,
  count,
  id,
  joined,
  MISSING,
  prose,
  sentence,
  share,
  state,
  text,
  things,
  toneOf,
} from '../../report/spans.ts';
import { lossNotes } from '../find/emit-dialect.ts';
import type { DriftFindings } from '../find/findings.ts';
import type { DriftDiscovery, Severity } from '../find/types.ts';
import { driftSentence } from '../judge/drift-sentence.ts';
import type { DriftVerdict } from '../judge/judge-drift.ts';
import type { StoredDrift } from '../record/catalogue.ts';

const TONES: Readonly<Record<Severity, Tone>> = {
  shape: 'neutral',
  additive: 'neutral',
  meaning: 'unsure',
  breaking: 'bad',
};

/** The catalogue of wire drift, with what was noticed beside it. */
export function driftReport(findings: DriftFindings, verdict: DriftVerdict): ReportDocument {
  const { rows, discoveries } = findings;
  const { state: answer } = verdict;
  const sections = [
    pictured(
      driftSection(rows, [
        ...adapterNotes(discoveries),
        ...discoveries.flatMap(lossNotes).map(sentence),
        ...captureNotes(findings),
      ]),
      rows.length === 0 ? [] : [wirePicture(rows)],
    ),
  ];
  return reportOf(sections, {
    verdict: {
      state: answer,
      tone: toneOf(answer),
      sentence: sentence(driftSentence(verdict)),
    },
  });
}

/** The stored catalogue as a document of its own: a function of its rows alone. */
export function driftDocument(rows: readonly StoredDrift[]): ReportDocument {
  return reportOf([driftSection(rows, [])], {
    generated: { from: 'wire-drift.jsonl', by: 'bench drift' },
  });
}

function driftSection(rows: readonly StoredDrift[], notes: readonly Content[]): Section {
  const isDeclared = rows.some(({ reason }) => reason !== undefined);
  return tableSection('wire-drift', 'Wire drift', {
    columns: [
      key(left('endpoint')),
      key(left('responses')),
      key(left('incumbent')),
      key(left('candidate')),
      left('operation'),
      left('severity'),
      right('support'),
      right('held out'),
      left('lossy'),
      ...(isDeclared ? [left('expected, because')] : []),
    ],
    rows: rows.map((drift, at) =>
      row(
        [at, drift.endpoint, drift.scenario],
        [
          drift.endpoint,
          drift.scenario,
          pathOf(drift.incumbentPath),
          pathOf(drift.candidatePath),
          text(drift.detail === null ? drift.operation : `${drift.operation} (${drift.detail})`),
          state(drift.severity, TONES[drift.severity]),
          count(drift.support),
          share(drift.heldOutAgreement, 0),
          drift.lossy ? 'yes' : 'no',
          ...(isDeclared ? [text(drift.reason)] : []),
        ],
      ),
    ),
    notes: [
      paragraph([
        'Operations give the incumbent’s value from the candidate’s. L2-normalise is lossy one way: lengths cannot be recovered from unit vectors; harmless to cosine, breaking to dot product and Euclidean distance. ',
        code('(read)'),
        ' is what each side’s own dialect makes of a response: those rows are what the declared dialects leave.',
      ]),
      ...(notes.length === 0 ? [] : [looseList(notes)]),
    ],
  });
}

/** What of the candidate's fields each field of the incumbent is made of, an endpoint and a kind of answer each. */
function wirePicture(rows: readonly StoredDrift[]): Picture {
  const groups = Map.groupBy(rows, ({ endpoint, scenario }) => `${endpoint}, ${scenario}`);
  return {
    kind: 'picture',
    title: 'The two wire forms',
    caption: 'incumbent at the left, candidate at the right',
    chart: {
      kind: 'links',
      groups: [...groups].map(([name, of]) => ({
        name,
        links: of.map(({ incumbentPath, candidatePath, operation, severity }) => ({
          incumbent: incumbentPath,
          candidate: candidatePath,
          by: operation,
          tone: TONES[severity],
        })),
      })),
    },
  };
}

function pathOf(path: string | null): Content {
  return path === null ? MISSING : id('path', path);
}

/** What the response adapters of the discoveries give back. */
function adapterNotes(discoveries: readonly DriftDiscovery[]): Content[] {
  return discoveries.flatMap(({ endpoint, scenario, mappings, adapterAgreement, pairs }) =>
    adapterAgreement === null
      ? []
      : [
          prose`${endpoint} (${scenario}): ${things(mappings.length, 'field')} adapted; right in ${share(adapterAgreement, 0)} of the held-out of ${things(pairs, 'pair')}.`,
        ],
  );
}

/** What could not be compared. */
function captureNotes({ hasFailures, unsteady }: DriftFindings): Content[] {
  const places = [...new Set(unsteady.map(({ endpoint, asked }) => `${endpoint}: ${asked}`))];
  return [
    ...(hasFailures
      ? []
      : [
          'no request was answered with 5xx, also none that cannot be answered: nothing to compare.',
        ]),
    ...(places.length === 0
      ? []
      : [
          prose`left out, since the same request was answered with another status when it was asked again: ${count(unsteady.length)} (${joined(
            places.map((place) => text(place)),
            '; ',
          )}).`,
        ]),
  ];
}
