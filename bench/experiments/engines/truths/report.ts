import {
  key,
  left,
  list,
  paragraph,
  reportOf,
  right,
  row,
  section,
  table,
} from '../../../../src/report/blocks.ts';
import type { Content, ReportDocument } from '../../../../src/report/model.ts';
import {
  bounds,
  code,
  count,
  difference,
  joined,
  MISSING,
  metric,
  prose,
  share,
  state,
  strong,
  text,
} from '../../../../src/report/spans.ts';
import { endSections, hashesOf } from '../../end-sections.ts';
import { isAsExpected, isSameRecall, type KnownTruth, type KnownTruths } from './record.ts';

/** The comparisons as a document: the same data gives the same document. */
export function knownTruthsReport(record: KnownTruths): ReportDocument {
  const { corpus, comparisons, skipped, k, command, provenance } = record;
  return reportOf(
    [
      section('question', null, [
        paragraph(
          prose`What ${code('bench retrieve')} says of engines whose losses are known otherwise: real servers and libraries, ${count(corpus.documents)} documents of ${text(corpus.name)} with ${count(corpus.dimension)} dimensions. The incumbent of each comparison is the same engine’s own exact search.`,
        ),
        list([
          prose`Vectors are those of ${text(corpus.vectors)}, which was trained on other texts: what is compared is indexes, not models.`,
          prose`recall@${count(k)} is tie-aware, against exact float64 cosine. Its independent computation is a Python script with numpy that reads the answers, the vectors and the filters, and nothing of this suite. Bounds are one-sided at 95%, over needs.`,
          'What a difference is put down to is the first component of the attribution and its share of all that is attributed. Losses are told apart by the engine’s own exact search: what that loses too is a matter of what the engine holds.',
          'Engines have their own defaults where nothing else is said. pgvector’s table has its vectors inside the rows (STORAGE PLAIN), so that exact searches are quick; it changes no answer.',
        ]),
      ]),
      section('shows', 'What this shows', [list(claimsOf(record))]),
      section('recall', 'Recall, twice', [
        table(
          [
            key(left('candidate')),
            right('recall of the exact search', 'exact'),
            right('recall of the candidate', 'recall'),
            right('95% bounds', 'bounds'),
            right('computed independently', 'independent'),
            left('the same', 'same'),
            right('needs'),
            left('verdict'),
          ],
          comparisons.map((one) =>
            rowOf(one, [
              metric(one.recall.incumbent),
              metric(one.recall.candidate),
              bounds(one.recall.lower, one.recall.upper),
              metric(one.independent.candidate),
              isSameRecall(one) ? 'yes' : strong('no'),
              count(one.recall.needs),
              state(one.verdict),
            ]),
          ),
        ),
      ]),
      section('causes', 'What the difference is put down to', [
        table(
          [
            key(left('candidate')),
            left('first component', 'component'),
            right('share'),
            left('promised'),
            right('loss: what it holds', 'held'),
            right('loss: through its index', 'graph'),
            right('loss: filters', 'filter'),
            right('short answers', 'short'),
            left('warned of beforehand', 'canaries'),
          ],
          comparisons.map((one) => rowOf(one, causesOf(one))),
        ),
        list(
          comparisons.map(
            (one) =>
              prose`${text(one.name)}: ${joined(one.attribution.found.map((found) => text(found)))}.`,
          ),
        ),
      ]),
      section('engines', 'The engines', [
        list(
          comparisons.map(
            (one) =>
              prose`${text(one.name)}: ${text(one.description)}; beside ${text(one.incumbent)}.`,
          ),
        ),
        ...(skipped.length === 0
          ? []
          : [
              paragraph(
                prose`Left out: ${joined(skipped.map(({ name, why }) => text(`${name}, since ${why}`)))}.`,
              ),
            ]),
      ]),
      ...endSections(
        [
          'Speed: nothing was timed.',
          'Other sizes, dimensions and vectors. The loss of an index grows with the documents.',
          'How another build would do: each index was built once.',
          'What each engine can be made to do: these are single settings.',
        ],
        { command, provenance: text(provenance), more: hashesOf(corpus.sources) },
      ),
    ],
    {
      title: 'Real engines whose losses are known',
      generated: { from: 'known-truths.json', by: 'bench documents --write' },
    },
  );
}

function rowOf({ name }: KnownTruth, cells: readonly Content[]) {
  return row([name], [text(name), ...cells]);
}

function causesOf(one: KnownTruth): Content[] {
  const { attribution, expected, losses, short, canaries } = one;
  const isRight = isAsExpected(one);
  const promised = isRight === null ? MISSING : text(expected.join(' or '));
  return [
    attribution.first === null ? text(attribution.status) : text(attribution.first),
    share(attribution.share, 0),
    isRight === false ? strong(promised) : promised,
    difference(losses === null ? null : -losses.held),
    difference(losses === null ? null : -losses.graph),
    difference(losses === null ? null : -losses.filter),
    prose`${count(short.answers)} of ${count(short.of)}`,
    canaries.length === 0 ? MISSING : text(canaries.join(', ')),
  ];
}

/** What the figures bear out, and by name what they do not. */
function claimsOf({ comparisons }: KnownTruths): Content[] {
  const named = (all: readonly KnownTruth[]): Content => joined(all.map(({ name }) => text(name)));
  const same = comparisons.filter(isSameRecall);
  const others = comparisons.filter((one) => !isSameRecall(one));
  const promised = comparisons.filter((one) => isAsExpected(one) !== null);
  const right = promised.filter((one) => isAsExpected(one) === true);
  const wrong = promised.filter((one) => isAsExpected(one) === false);
  const short = comparisons.filter((one) => one.short.answers > 0);
  const warned = short.filter(({ canaries }) => canaries.includes('short-filtered-list'));
  return [
    prose`Recall is what an independent computation gives, to 1e-12, in ${count(same.length)} of ${count(comparisons.length)} comparisons, both sides.`,
    ...(others.length === 0 ? [] : [prose`It differs in: ${named(others)}.`]),
    prose`The difference is put down first to what makes it in ${count(right.length)} of ${count(promised.length)} comparisons.`,
    ...(wrong.length === 0 ? [] : [prose`It is put down to something else in: ${named(wrong)}.`]),
    ...(short.length === 0
      ? ['No answer was short.']
      : [
          prose`Answers are short in: ${named(short)}. The warning beforehand named it in ${count(warned.length)} of ${count(short.length)}.`,
        ]),
  ];
}
