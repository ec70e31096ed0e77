/**
 * One-sided p of the sign test: how likely at least `more` of `more + fewer` fall on one side, where each falls on
 * either side as easily. Exact; 1 without any.
 */
export function signTestP(more: number, fewer: number): number {
  const n = more + fewer;
  let p = 0;
  // C(n, x) / 2ⁿ by its logarithm: 2ⁿ is beyond all numbers from 1,024 on.
  let log = -n * Math.LN2;
  for (let x = 0; x <= n; x++) {
    if (x >= more) p += Math.exp(log);
    log += Math.log(n - x) - Math.log(x + 1);
  }
  return Math.min(1, p);
}
