import type { DocumentIndex } from '../../corpus/document-index.ts';
import { keysOf } from '../../corpus/document-key.ts';
import { isSameMetric, recallAt } from '../../metrics/metric.ts';
import { ARMS_OF } from '../../record/side-of-arm.ts';
import type { Arm } from '../../record/types.ts';
import { requestFailures } from '../failures.ts';
import type { CellFinding } from '../findings.ts';
import type { ParityInput } from '../inputs.ts';
import { agreementFindings, excessFindings } from './agreement.ts';
import { answersByQuery, type QueryAnswers } from './answers.ts';
import { contractFindings, contractViolations } from './contract.ts';
import { emptyByIncumbent } from './doubts/empty-answers.ts';
import { unsteadySides } from './doubts/unsteady.ts';
import { approximationError } from './hard/approximation.ts';
import { strataFindings } from './hard/strata.ts';
import { qualityFinding } from './quality.ts';
import { queryReferences, scoreAnswers } from './query-metrics.ts';
import { scoreDriftFinding, scoreNoise } from './score-drift.ts';
import { needsInOrder } from './sequence.ts';
import { sliceFindings } from './slices.ts';
import { truthFit } from './truth-fit.ts';

/** Everything about one operation, from the quality observations of its four arms. */
export function cellFinding(
  input: ParityInput,
  entry: ParityInput['cells'][number],
  index: DocumentIndex,
): CellFinding {
  const { k, truth } = input;
  const answers = answersByQuery(entry.cell, input.observations, input.queries, index);
  const references = queryReferences(truth, input.judgments);
  const scores = scoreAnswers(answers, k, references, input.source, input.ownMetrics);
  const noise = scoreNoise(answers);
  const rows = input.observations.filter((row) => row.cell === entry.cell);
  const terms = { k, index, truth, noise };
  const order = entry.planned === undefined ? null : needsInOrder(rows, answers);
  const recallAtDepth =
    scores.find(({ metric }) => isSameMetric(metric, recallAt(k)))?.scores ?? [];
  const unsteady = unsteadySides({ answers, scores: recallAtDepth, k, references });
  const empty = emptyByIncumbent(answers, k, references);
  return {
    ...entry,
    queries: answers.length,
    needs: new Set(answers.map((answer) => answer.query.need)).size,
    filteredQueries: answers.filter(({ query }) => query.filter !== undefined).length,
    k,
    quality: scores.map((entry) => qualityFinding(entry, order)),
    slices: sliceFindings(answers, scores, k, order),
    agreement: agreementFindings(answers, k, noise, references),
    excess: excessFindings(answers, k, noise, references),
    scoreDrift: scoreDriftFinding(answers, noise),
    violations: contractViolations(answers, terms),
    answered: {
      incumbent: answeredBy(answers, ARMS_OF.incumbent),
      candidate: answeredBy(answers, ARMS_OF.candidate),
    },
    ...(empty === null ? {} : { emptyByIncumbent: empty }),
    ...(unsteady.length === 0 ? {} : { unsteady }),
    contract: contractFindings(answers, terms),
    failures: requestFailures(rows),
    strata: strataFindings({
      answers,
      scores: recallAtDepth,
      k,
      truth,
      documents: keysOf(input.collections),
    }),
    approximation: {
      incumbent: approximationError(answers, ARMS_OF.incumbent, k, truth),
      candidate: approximationError(answers, ARMS_OF.candidate, k, truth),
    },
    truthFit: truthFit({
      answers,
      k,
      truth,
      references,
      metric: input.metric ?? 'cosine',
      vectors: input.vectors.incumbent,
    }),
  };
}

/** Usable answers of some arms. */
function answeredBy(answers: readonly QueryAnswers[], arms: readonly Arm[]): number {
  return answers.reduce(
    (sum, entry) => sum + arms.filter((arm) => entry.arms[arm]?.keys != null).length,
    0,
  );
}
