/** The last moment of a `Date`. */
const LAST_MS = 8.64e15;
const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];

/**
 * A time of a log in milliseconds since 1970: ISO 8601, `28/Nov/2026:02:30:26 +0000`, or a number of seconds,
 * milliseconds, micro- or nanoseconds by its size; null for anything else.
 */
export function timeOf(value: unknown): number | null {
  if (typeof value === 'number') return inMs(value);
  if (typeof value !== 'string' || value.trim() === '') return null;
  const number = Number(value);
  if (Number.isFinite(number)) return inMs(number);
  const common = /^(\d{2})\/([A-Za-z]{3})\/(\d{4}):(\d{2}:\d{2}:\d{2}) ([+-]\d{2})(\d{2})$/.exec(
    value,
  );
  if (common !== null) {
    const [, day, month = '', year, clock, hours, minutes] = common;
    const number = String(MONTHS.indexOf(month.toLowerCase()) + 1).padStart(2, '0');
    return parsed(`${year}-${number}-${day}T${clock}${hours}:${minutes}`);
  }
  return parsed(value);
}

/** How long something took, in milliseconds; null where that is not said, or is less than nothing (HAR writes -1). */
export function durationOf(value: unknown): number | null {
  const number = value === null || value === '' ? Number.NaN : Number(value);
  return Number.isFinite(number) && number >= 0 ? number : null;
}

/** Null for what lies before 1970, or after the last date that there is: no log is of that time. */
function inMs(value: number): number | null {
  const atMs =
    value > 1e17 ? value / 1e6 : value > 1e14 ? value / 1e3 : value > 1e11 ? value : value * 1e3;
  return atMs >= 0 && atMs <= LAST_MS ? atMs : null;
}

function parsed(text: string): number | null {
  const at = Date.parse(text);
  return Number.isFinite(at) ? at : null;
}
