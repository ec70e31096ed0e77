/**
 * Local intrinsic dimension around one point: the maximum-likelihood estimate of Levina & Bickel (2004) in the form
 * of Amsaleg et al. (KDD 2015), −(1/m · Σ ln(rᵢ / r_max))⁻¹ over the m distances below r_max that are above 0.
 *
 * @param distances of the nearest points, ascending, e.g. the 100 nearest
 * @returns null where fewer than two distances differ from 0, or all are equal
 */
export function localIntrinsicDimension(distances: ArrayLike<number>): number | null {
  const farthest = distances[distances.length - 1] ?? 0;
  if (farthest <= 0) return null;
  let sum = 0;
  let count = 0;
  for (let at = 0; at < distances.length - 1; at++) {
    const distance = distances[at] as number;
    if (distance <= 0) continue;
    sum += Math.log(distance / farthest);
    count += 1;
  }
  return count === 0 || sum === 0 ? null : -count / sum;
}
