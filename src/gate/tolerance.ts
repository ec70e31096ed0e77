import { UsageError } from '../errors.ts';

/** How far a figure may move. */
export interface Tolerance {
  readonly kind: 'absolute' | 'relative';
  /** In the figure's own unit, or as a share (0.1 for 10%). */
  readonly size: number;
  /** `rise`: only a rise is limited; `fall`: only a fall. */
  readonly direction: 'both' | 'rise' | 'fall';
}

/**
 * Reads `0.005` (either way), `+10%` (may rise by at most a tenth) or `-0.005` (may fall by at most .005).
 * @throws UsageError that names the place it came from.
 */
export function parseTolerance(written: string, origin: string): Tolerance {
  const match = /^([+-]?)(\d+\.?\d*(?:e[+-]?\d+)?|\.\d+(?:e[+-]?\d+)?)(%?)$/i.exec(written.trim());
  if (match === null) {
    throw new UsageError('tolerance', `${origin}: ${JSON.stringify(written)} is no tolerance`, {
      hint: 'write 0.005, 10%, +10% (may only rise so far) or -0.005 (may only fall so far)',
    });
  }
  const [, sign, size, percent] = match;
  return {
    kind: percent === '%' ? 'relative' : 'absolute',
    size: percent === '%' ? Number(size) / 100 : Number(size),
    direction: sign === '+' ? 'rise' : sign === '-' ? 'fall' : 'both',
  };
}

/** Whether a figure has moved no further than it may; a relative tolerance of a zero reference allows nothing. */
export function isWithin(tolerance: Tolerance, reference: number, value: number): boolean {
  const change = value - reference;
  if (tolerance.direction === 'rise' && change <= 0) return true;
  if (tolerance.direction === 'fall' && change >= 0) return true;
  const allowed =
    tolerance.kind === 'absolute' ? tolerance.size : tolerance.size * Math.abs(reference);
  return Math.abs(change) <= allowed;
}

/** A tolerance as it was written, e.g. `+10%`. */
export function formatTolerance({ kind, size, direction }: Tolerance): string {
  const sign = { both: '', rise: '+', fall: '-' }[direction];
  return kind === 'relative' ? `${sign}${Number((size * 100).toPrecision(12))}%` : `${sign}${size}`;
}

/**
 * Splits `NAME=VALUE` at its last equals sign.
 * @throws UsageError where there is none.
 */
export function splitAssignment(written: string, origin: string): [name: string, value: string] {
  const at = written.lastIndexOf('=');
  if (at > 0) return [written.slice(0, at), written.slice(at + 1)];
  throw new UsageError('assignment', `${origin}: ${JSON.stringify(written)} is not NAME=VALUE`, {
    hint: `for example ${origin} recall@10=0.005`,
  });
}
