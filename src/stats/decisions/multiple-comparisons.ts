/**
 * Holm's adjusted p-values, in the order of input: max over j ≤ i of min(1, (m − j + 1) p_(j)).
 *
 * Controls the chance of any false claim (Scand. J. Statist. 1979).
 */
export function holmAdjusted(p: readonly number[]): number[] {
  const adjusted = new Array<number>(p.length).fill(0);
  let running = 0;
  for (const [at, { value, index }] of ascending(p).entries()) {
    running = Math.max(running, Math.min(1, (p.length - at) * value));
    adjusted[index] = running;
  }
  return adjusted;
}

/**
 * Benjamini and Hochberg's adjusted p-values, in the order of input: min over j ≥ i of min(1, m p_(j) / j).
 *
 * Controls the share of false claims (JRSS B 1995).
 */
export function benjaminiHochbergAdjusted(p: readonly number[]): number[] {
  const adjusted = new Array<number>(p.length).fill(0);
  let running = 1;
  for (const [at, { value, index }] of [...ascending(p).entries()].reverse()) {
    running = Math.min(running, (p.length * value) / (at + 1));
    adjusted[index] = running;
  }
  return adjusted;
}

function ascending(p: readonly number[]): { value: number; index: number }[] {
  return p.map((value, index) => ({ value, index })).sort((a, b) => a.value - b.value);
}
