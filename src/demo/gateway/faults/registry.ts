import { drop } from './documents/drop.ts';
import { extra } from './documents/extra.ts';
import { staleText } from './documents/stale-text.ts';
import { staleVectors } from './documents/stale-vectors.ts';
import { otherModel } from './embedder/other-model.ts';
import { queryPrefix } from './embedder/query-prefix.ts';
import { tokenTruncation } from './embedder/token-truncation.ts';
import { wrongPooling } from './embedder/wrong-pooling.ts';
import { contentType } from './exchange/content-type.ts';
import { errors } from './exchange/errors.ts';
import { hang } from './exchange/hang.ts';
import { malformedJson } from './exchange/malformed-json.ts';
import { periodicStall } from './exchange/periodic-stall.ts';
import { slowP50 } from './exchange/slow-p50.ts';
import { slowStart } from './exchange/slow-start.ts';
import { slowTail } from './exchange/slow-tail.ts';
import { filterIgnored } from './filter/ignored.ts';
import { lowerCasedFields } from './filter/lower-cased-fields.ts';
import { postFilter } from './filter/post-filter.ts';
import { dotFault } from './index/dot.ts';
import { euclidean } from './index/euclidean.ts';
import { lowEf } from './index/low-ef.ts';
import { unnormalised } from './index/unnormalised.ts';
import { cachedAnswer } from './ranking/cached-answer.ts';
import { corpusCut } from './ranking/corpus-cut.ts';
import { duplicate } from './ranking/duplicate.ts';
import { hiddenBoost } from './ranking/hidden-boost.ts';
import { offByOne } from './ranking/off-by-one.ts';
import { otherQuery } from './ranking/other-query.ts';
import { reverse } from './ranking/reverse.ts';
import { tieOrder } from './ranking/tie-order.ts';
import { truncate } from './ranking/truncate.ts';
import { nanScores } from './scores/nan-scores.ts';
import { scoreSign } from './scores/score-sign.ts';
import type { Fault } from './types.ts';
import { float16 } from './vectors/float16.ts';
import { int8 } from './vectors/int8.ts';

/** Every fault that can be planted, by kind; a new one is one file and one line here. */
export const FAULTS: ReadonlyMap<string, Fault> = new Map(
  [
    drop,
    extra,
    staleText,
    staleVectors,
    queryPrefix,
    tokenTruncation,
    wrongPooling,
    otherModel,
    float16,
    int8,
    euclidean,
    dotFault,
    unnormalised,
    lowEf,
    filterIgnored,
    postFilter,
    lowerCasedFields,
    corpusCut,
    tieOrder,
    hiddenBoost,
    offByOne,
    duplicate,
    reverse,
    truncate,
    cachedAnswer,
    otherQuery,
    scoreSign,
    nanScores,
    slowP50,
    slowTail,
    periodicStall,
    slowStart,
    errors,
    hang,
    malformedJson,
    contentType,
  ].map((fault) => [fault.kind, fault]),
);
