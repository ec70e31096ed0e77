/** No log is of a time outside: what seems to be is a number of something else, or a time that was never set. */
const EARLIEST_MS = Date.UTC(2000, 0, 1);
const LATEST_MS = Date.UTC(2100, 0, 1);
const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];

/** ISO 8601, as logs write it: a blank for the T, a comma for the point. */
const ISO =
  /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2}(?::\d{2})?)(?:[.,](\d+))? ?(Z|UTC|[+-]\d{2}(?::?\d{2})?)?)?$/i;
/** `28/Nov/2026:02:30:26 +0000`. */
const COMMON = /^(\d{2})\/([A-Za-z]{3})\/(\d{4}):(\d{2}:\d{2}:\d{2}(?:\.\d+)?) ([+-]\d{2})(\d{2})$/;
/** `Sat, 28 Nov 2026 02:30:26 +0000`, RFC 2822, and `Sat Nov 28 02:30:26 2026`. */
const NAMED = [
  /^(?:[A-Z][a-z]{2}, )?\d{1,2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}(?::\d{2})? (?:GMT|UTC|[+-]\d{4})$/,
  /^[A-Z][a-z]{2} [A-Z][a-z]{2} {1,2}\d{1,2} \d{2}:\d{2}:\d{2}(?: (?:GMT|UTC))? \d{4}$/,
];

/**
 * A time of a log in milliseconds since 1970: ISO 8601, RFC 2822, `28/Nov/2026:02:30:26 +0000`,
 * `Sat Nov 28 02:30:26 2026`, or a number of seconds, milliseconds, micro- or nanoseconds by its size; null for anything
 * else, and outside the years 2000 to 2099.
 */
export function timeOf(value: unknown): number | null {
  const atMs =
    typeof value === 'string'
      ? inText(value.trim())
      : inMs(typeof value === 'bigint' ? Number(value) : value);
  return atMs >= EARLIEST_MS && atMs < LATEST_MS ? atMs : null;
}

/** NaN for what is no time. */
function inText(text: string): number {
  if (/^\d+(?:\.\d+)?$/.test(text)) return inMs(Number(text));
  const iso = ISO.exec(text);
  if (iso !== null) {
    const [, date, clock, fraction, zone = ''] = iso;
    if (clock === undefined) return Date.parse(`${date}`);
    const seconds = clock.length === 5 ? `${clock}:00` : clock;
    const digits = fraction === undefined ? '' : `.${fraction}`;
    return Date.parse(`${date}T${seconds}${digits}${offsetOf(zone)}`);
  }
  const common = COMMON.exec(text);
  if (common !== null) {
    const [, day, month = '', year, clock, hours, minutes] = common;
    const number = String(MONTHS.indexOf(month.toLowerCase()) + 1).padStart(2, '0');
    return Date.parse(`${year}-${number}-${day}T${clock}${hours}:${minutes}`);
  }
  return NAMED.some((form) => form.test(text)) ? Date.parse(text) : Number.NaN;
}

function offsetOf(zone: string): string {
  if (zone === '') return '';
  if (/^(?:Z|UTC)$/i.test(zone)) return 'Z';
  const digits = zone.slice(1).replace(':', '').padEnd(4, '0');
  return `${zone[0]}${digits.slice(0, 2)}:${digits.slice(2)}`;
}

/** How long something took, in milliseconds; null where that is not said, or is less than nothing (HAR writes -1). */
export function durationOf(value: unknown): number | null {
  const number = value === null || value === '' ? Number.NaN : Number(value);
  return Number.isFinite(number) && number >= 0 ? number : null;
}

function inMs(value: unknown): number {
  if (typeof value !== 'number') return Number.NaN;
  return value > 1e17
    ? value / 1e6
    : value > 1e14
      ? value / 1e3
      : value > 1e11
        ? value
        : value * 1e3;
}
