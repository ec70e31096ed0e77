import { counted } from '../../counted.ts';
import type { SqlResponse } from '../../wire/operations.ts';
import type { AnswerPair, ProbeAnswer } from '../record/answer.ts';
import type { SqlRecord, SqlStatement } from '../record/services.ts';
import { type AnswerComparison, compareEnds, compareRefusals, ended } from './compare-answers.ts';
import { type ProbeFindings, tallyOf } from './findings.ts';
import {
  type Comparable,
  comparable,
  readingOf,
  rowsEqual,
  sameMultiset,
  typeClass,
} from './sql-values.ts';

/** Compares columns, types, rows and errors of every statement. */
export function sqlFindings(record: SqlRecord): ProbeFindings {
  const checks = record.statements.flatMap((statement, at) => {
    const pair = record.answers[at];
    if (pair === undefined) return [];
    return [
      {
        group: 'statement',
        name: statement.id,
        ...compareStatement(statement, pair),
        incumbent: shown(pair.incumbent),
        candidate: shown(pair.candidate),
      },
    ];
  });
  const unordered = record.statements.filter(({ ordered, refused }) => !ordered && !refused).length;
  return {
    probe: 'sql',
    incumbentPath: record.incumbentPath,
    candidatePath: record.candidatePath,
    ...tallyOf(checks),
    remark: 'statements',
    checks,
    quality: [],
    notVerified: [
      'statements that write',
      `the order of rows where ORDER BY does not decide it (${counted(unordered, 'statement')})`,
      'statements that are not in the file',
    ],
  };
}

function compareStatement(
  statement: SqlStatement,
  pair: AnswerPair<SqlResponse>,
): AnswerComparison {
  if (statement.refused) {
    const refusals = compareRefusals(pair);
    return refusals.state === 'same' || refusals.state === 'drift' ? compareErrors(pair) : refusals;
  }
  const ends = compareEnds(pair);
  if (ends !== null) {
    // An ordinary statement that neither takes has compared nothing.
    return ends.state === 'same' || ends.state === 'drift'
      ? { ...ends, state: 'unanswered' }
      : ends;
  }
  const { incumbent, candidate } = pair;
  if (incumbent.value === null || candidate.value === null) {
    return { state: 'unanswered', note: 'no rows' };
  }
  return compareResults(incumbent.value, candidate.value, statement);
}

const ERROR_CLASSES: readonly (readonly [RegExp, string])[] = [
  [/read-?only|permission|not allowed|forbidden|denied/i, 'not allowed'],
  [/multiple (commands|statements)/i, 'several statements'],
  [/syntax error|incomplete input|parse error|unexpected token/i, 'syntax'],
  [/no such column|column .*(does not exist|not found)|no field named/i, 'unknown column'],
  [/no such table|(relation|table) .*(does not exist|not found)/i, 'unknown table'],
  [
    /no such function|function .*(does not exist|not found)|invalid function|number of arguments/i,
    'unknown function',
  ],
  [/empty/i, 'empty'],
  [/division by zero|divide by zero/i, 'division by zero'],
];

function errorClass({ detail }: ProbeAnswer<unknown>): string | null {
  return ERROR_CLASSES.find(([pattern]) => pattern.test(detail))?.[1] ?? null;
}

function compareErrors({ incumbent, candidate }: AnswerPair<unknown>): AnswerComparison {
  const a = errorClass(incumbent);
  const b = errorClass(candidate);
  if (a === null || b === null) {
    return { state: 'drift', note: `both refuse it: ${a ?? 'other'} and ${b ?? 'other'}` };
  }
  if (a !== b) return { state: 'different', note: `refused for ${a} and for ${b}` };
  return incumbent.status === candidate.status
    ? { state: 'same', note: `both refuse it: ${a}` }
    : { state: 'drift', note: `both refuse it: ${a}, with different statuses` };
}

function compareResults(
  a: SqlResponse,
  b: SqlResponse,
  { ordered, tolerance }: SqlStatement,
): AnswerComparison {
  const names = (result: SqlResponse): string => result.columns.map(({ name }) => name).join(', ');
  const isSameName = names(a) === names(b);
  if (!isSameName && names(a).toLowerCase() !== names(b).toLowerCase()) {
    return { state: 'different', note: `columns ${names(a)} and ${names(b)}` };
  }
  if (a.rows.length !== b.rows.length) {
    return { state: 'different', note: `${a.rows.length} and ${counted(b.rows.length, 'row')}` };
  }
  const readings = a.columns.map((column, at) =>
    readingOf(typeClass(column), typeClass(b.columns[at] ?? column)),
  );
  const read = (result: SqlResponse): Comparable[][] =>
    result.rows.map((row) => row.map((value, at) => comparable(value, readings[at] ?? 'own')));
  const left = read(a);
  const right = read(b);
  const isMultiset = sameMultiset(left, right, tolerance);
  if (ordered) {
    const at = left.findIndex((row, place) => !rowsEqual(row, right[place] ?? [], tolerance));
    if (at >= 0) {
      const what = isMultiset ? 'other order from' : 'other values in';
      return { state: 'different', note: `${what} row ${at + 1}` };
    }
  } else if (!isMultiset) {
    return { state: 'different', note: 'other rows' };
  }
  const drifts = [...(isSameName ? [] : ['names in another case']), ...typeDrifts(a, b)];
  return drifts.length === 0
    ? { state: 'same', note: '' }
    : { state: 'drift', note: drifts.join('; ') };
}

/** Columns whose values are equal and whose types are of two families, and decimals that are strings on one side. */
function typeDrifts(a: SqlResponse, b: SqlResponse): string[] {
  return a.columns.flatMap((column, at) => {
    const other = b.columns[at] ?? column;
    const [left, right] = [typeClass(column), typeClass(other)];
    const isNull = left === 'unknown' || right === 'unknown';
    const forms = [a, b].map((result) => formOf(result, at));
    if (left !== right && !isNull) return [`${column.name}: ${left} and ${right}`];
    return forms[0] === forms[1] || forms.includes('null')
      ? []
      : [`${column.name}: ${forms.join(' and ')} on the wire`];
  });
}

function formOf({ rows }: SqlResponse, at: number): string {
  const value = rows.find((row) => row[at] !== null)?.[at] ?? null;
  if (value === null) return 'null';
  return typeof value === 'bigint' ? 'number' : typeof value;
}

function shown(answer: ProbeAnswer<SqlResponse>): string {
  const { value } = answer;
  if (value === null) return ended(answer);
  const types = value.columns.map(({ type }) => type ?? '?').join(', ');
  return `${counted(value.rows.length, 'row')} of (${types})`;
}
