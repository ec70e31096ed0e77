import { counted } from '../../counted.ts';
import type { Side } from '../../record/types.ts';
import type { AnswerPair, ProbeAnswer } from '../record/answer.ts';
import type { StorageRecord, StorageSeen, StorageStep } from '../record/services.ts';
import {
  type AnswerComparison,
  compareEnds,
  compareRefusals,
  ended,
  isRefusal,
} from './compare-answers.ts';
import { type ProbeCheck, type ProbeFindings, tallyOf } from './findings.ts';

/** Compares every step of the storage probe, and says what of its namespace is left. */
export function storageFindings(record: StorageRecord): ProbeFindings {
  const steps = record.steps.flatMap((step, at): ProbeCheck[] => {
    const pair = record.answers[at];
    if (pair === undefined) return [];
    return [
      {
        group: step.action,
        name: `${step.name} (${step.shown})`,
        ...compareStep(step, pair),
        incumbent: shown(pair.incumbent),
        candidate: shown(pair.candidate),
      },
    ];
  });
  const isOffered = steps.some(({ state }) => state !== 'not offered');
  const checks = isOffered ? [...steps, cleanUpCheck(record)] : steps;
  const offersRanges = steps.some(
    ({ name, state }) => name.startsWith('range in') && state === 'same',
  );
  return {
    probe: 'storage',
    incumbentPath: record.incumbentPath,
    candidatePath: record.candidatePath,
    ...tallyOf(checks),
    remark: 'steps',
    checks,
    quality: [],
    notVerified: [
      'objects larger than 10 MB, multipart uploads and concurrent writers',
      ...(offersRanges ? [] : ['ranges: not offered by both sides']),
    ],
  };
}

function compareStep(step: StorageStep, pair: AnswerPair<StorageSeen>): AnswerComparison {
  if (step.mustRefuse === true) return compareRefusals(pair);
  if (step.mustMiss === true) return compareMisses(pair);
  const ends = compareEnds(pair);
  const isRefused = ends?.state === 'same' || ends?.state === 'drift';
  if (isRefused && step.mayRefuse !== true) return { ...ends, state: 'unanswered' };
  if (step.expected !== undefined) return ends ?? compareBytes(step, pair);
  if (step.expectedKeys !== undefined) return ends ?? compareListings(step.expectedKeys, pair);
  return ends ?? compareSeen(pair);
}

function compareMisses(pair: AnswerPair<StorageSeen>): AnswerComparison {
  const found = sidesWhere(pair, ({ outcome }) => outcome === 'ok');
  if (found.length > 0)
    return { state: 'violation', note: `found by the ${found.join(' and the ')}` };
  return compareEnds(pair) ?? { state: 'same', note: '' };
}

function compareBytes(
  { expected, optional }: StorageStep,
  pair: AnswerPair<StorageSeen>,
): AnswerComparison {
  if (optional === true) {
    const offering = sidesWhere(pair, ({ value }) => value?.bytes?.partial === true);
    if (offering.length === 0) return { state: 'not offered', note: 'neither side offers ranges' };
    if (offering.length === 1) {
      const isLost = offering[0] === 'incumbent';
      return {
        state: isLost ? 'different' : 'drift',
        note: `only the ${offering[0]} offers ranges`,
      };
    }
  }
  const wrong = sidesWhere(pair, ({ value }) => value?.bytes?.sha256 !== expected?.sha256);
  if (wrong.includes('incumbent')) {
    return { state: 'violation', note: `other bytes from the ${wrong.join(' and the ')}` };
  }
  return wrong.length === 0
    ? { state: 'same', note: '' }
    : { state: 'different', note: 'other bytes from the candidate' };
}

function compareListings(
  expected: readonly string[],
  pair: AnswerPair<StorageSeen>,
): AnswerComparison {
  const wrong = sidesWhere(pair, ({ value }) => !sameKeys(value?.keys ?? [], expected));
  if (wrong.length > 0) {
    return {
      state: wrong.includes('incumbent') ? 'violation' : 'different',
      note: `other keys than were put, by the ${wrong.join(' and the ')}`,
    };
  }
  const orders = [pair.incumbent, pair.candidate].map(({ value }) =>
    (value?.keys ?? []).join('\n'),
  );
  if (orders[0] !== orders[1]) return { state: 'different', note: 'another order' };
  return orders[0] === expected.join('\n')
    ? { state: 'same', note: '' }
    : { state: 'drift', note: 'the same order on both sides, which is not that of the bytes' };
}

function compareSeen({ incumbent, candidate }: AnswerPair<StorageSeen>): AnswerComparison {
  const [a, b] = [incumbent.value?.bytes?.sha256, candidate.value?.bytes?.sha256];
  return a === b ? { state: 'same', note: '' } : { state: 'different', note: 'other bytes' };
}

function cleanUpCheck({ leftBehind }: StorageRecord): ProbeCheck {
  const of = (side: Side): string => {
    const count = leftBehind.filter((line) => line.startsWith(`${side}:`)).length;
    return count === 0 ? 'nothing left' : `${count} left`;
  };
  return {
    group: 'namespace',
    name: 'cleaned up',
    state: leftBehind.length === 0 ? 'same' : 'violation',
    incumbent: of('incumbent'),
    candidate: of('candidate'),
    note: leftBehind.slice(0, 3).join(', '),
  };
}

function sameKeys(keys: readonly string[], expected: readonly string[]): boolean {
  return (
    keys.length === expected.length &&
    [...keys].sort().join('\n') === [...expected].sort().join('\n')
  );
}

function sidesWhere(
  pair: AnswerPair<StorageSeen>,
  holds: (answer: ProbeAnswer<StorageSeen>) => boolean,
): Side[] {
  return (['incumbent', 'candidate'] as const).filter((side) => holds(pair[side]));
}

function shown(answer: ProbeAnswer<StorageSeen>): string {
  const { value } = answer;
  if (value === null) return isRefusal(answer) ? answer.detail : ended(answer);
  if (value.bytes !== undefined) {
    const { sizeBytes, sha256, partial } = value.bytes;
    return `${counted(sizeBytes, 'byte')} ${sha256.slice(0, 8)}${partial ? ', a part' : ''}`;
  }
  return value.keys === undefined ? ended(answer) : counted(value.keys.length, 'key');
}
