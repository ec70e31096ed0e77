/**
 * Exact Shapley values of a game of n players (n ≤ 9): `value[S]` is the worth of the set whose bits are S.
 *
 * φ_i = Σ_{S ∌ i} |S|! (n − |S| − 1)! / n! · (v(S ∪ i) − v(S)); Shapley 1953.
 *
 * @throws RangeError where the values are not 2ⁿ
 */
export function shapley(values: ArrayLike<number>, players: number): number[] {
  if (values.length !== 2 ** players) {
    throw new RangeError(`${players} players have ${2 ** players} sets, got ${values.length}`);
  }
  const weights = setWeights(players);
  const phi = new Array<number>(players).fill(0);
  for (let set = 0; set < values.length; set++) {
    const size = bitCount(set);
    for (let player = 0; player < players; player++) {
      if ((set & (1 << player)) !== 0) continue;
      const gain = (values[set | (1 << player)] ?? 0) - (values[set] ?? 0);
      phi[player] = (phi[player] ?? 0) + (weights[size] ?? 0) * gain;
    }
  }
  return phi;
}

/** Weight of a coalition by its size. */
function setWeights(players: number): number[] {
  const factorial = [1];
  for (let at = 1; at <= players; at++) factorial.push((factorial[at - 1] ?? 1) * at);
  return Array.from(
    { length: players },
    (_, size) =>
      ((factorial[size] ?? 1) * (factorial[players - size - 1] ?? 1)) / (factorial[players] ?? 1),
  );
}

/** Number of members of a set given as bits. */
export function bitCount(set: number): number {
  let count = 0;
  for (let rest = set; rest !== 0; rest &= rest - 1) count += 1;
  return count;
}
