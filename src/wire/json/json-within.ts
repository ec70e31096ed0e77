import { MalformedReplyError } from '../dialect.ts';

/** The JSON value of a text within an answer. @throws MalformedReplyError with `refusal` for what is no JSON */
export function jsonWithin(text: string, refusal: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new MalformedReplyError(refusal);
  }
}
