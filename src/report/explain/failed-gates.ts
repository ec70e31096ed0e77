import { byTelling } from '../../gate/sentence.ts';
import type { GateResult } from '../../gate/verdict.ts';
import type { CellFinding, Findings } from '../../parity/findings.ts';
import { list, looseList, section } from '../blocks.ts';
import type { Content, Section } from '../model.ts';
import { count, prose, sentence, strong, text, things } from '../spans.ts';

/** Examples of one kind of failure. */
const SHOWN = 5;

/**
 * The gates that failed, each with what it saw: the requests that had no answer, and the answers that broke the contract,
 * which no list of disagreeing queries shows. Nothing where none failed.
 */
export function failedGatesSections(
  gates: readonly GateResult[],
  findings: Pick<Findings, 'cells'>,
): Section[] {
  const failed = byTelling(gates.filter(({ gated, state }) => gated && state === 'fail'));
  if (failed.length === 0) return [];
  const evidence = findings.cells.flatMap((cell) =>
    failed
      .filter(({ cell: of }) => of === cell.cell || of === 'all')
      .flatMap(({ kind }) =>
        kind.type === 'contract'
          ? brokenContract(cell)
          : kind.type === 'errors'
            ? failedRequests(cell)
            : [],
      ),
  );
  return [
    section('failed-gates', 'What failed', [
      looseList(failed.map(gateLine)),
      ...(evidence.length === 0 ? [] : [list(evidence)]),
    ]),
  ];
}

function gateLine({ name, cell, reason }: GateResult): Content {
  return prose`${strong(cell === 'all' ? name : `${name} of ${cell}`)}: ${sentence(reason)}`;
}

function brokenContract({ cell, violations }: CellFinding): Content[] {
  return violations
    .filter(({ side }) => side === 'candidate')
    .map(
      ({ kind, count: answers, of, examples }) =>
        prose`${cell}, ${kind}: ${count(answers)} of ${count(of)} answers of the candidate, e.g. ${text(examples.slice(0, SHOWN).join('; '))}`,
    );
}

function failedRequests({ cell, failures }: CellFinding): Content[] {
  return failures
    .filter(({ side, failed }) => side === 'candidate' && failed > 0)
    .map(
      ({ requests, failed, byOutcome, examples }) =>
        prose`${cell}: ${count(failed)} of ${things(requests, 'request')} to the candidate had no usable answer (${Object.entries(
          byOutcome,
        )
          .map(([outcome, n]) => `${outcome} ${n}`)
          .join(', ')}), e.g. ${text(examples.slice(0, SHOWN).join('; '))}`,
    );
}
