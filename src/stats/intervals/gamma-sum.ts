/** The lower tail of a weighted sum of Gamma variables. */
export interface GammaSumTail {
  /** P(Q ≤ 0). */
  readonly probability: number;
  /** −d/dt of P(Σ G_j (y_j + t) ≤ 0) at t = 0. */
  readonly density: number;
}

/** Nodes whose value is below this part of the first one's are beyond the last digit. */
const NEGLIGIBLE = 1e-19;

/** Steeper bends would run along the real axis, past the singularities on it. */
const MOST_BEND = 1;

/** The start has size 1; on a path that falls off, the growth of dδ does not reach this. */
const TOO_HIGH = 10;

/** Down to steps of 0.0002: thousands of turns of the integrand. */
const MOST_HALVINGS = 11;

/** Factors multiplied between two rescalings. */
const CHUNK = 32;

/**
 * P(Q ≤ 0) of Q = Σ G_j y_j with independent G_j ~ Gamma(shape m_j, scale 1).
 *
 * Inversion of the Laplace transform Π (1 + x y_j)^{−m_j} (Gil-Pelaez 1951, along a shifted line):
 * (1/2πi) ∫ E[e^{−xQ}] dx / x over Re x = c. On the real axis the integrand oscillates and has a pole; at
 * the saddle point of the whole integrand it starts level and falls off at once, and a small probability
 * keeps all its digits. The line is cut by u = σ sinh τ, so that even the algebraic tail of a few
 * variables dies exponentially, and the trapezium rule is halved until it stands still.
 *
 * `y` must hold a value below zero and one above; equal values belong in one factor.
 *
 * @throws RangeError where the quadrature does not settle; seen with shapes of 10⁸ and more alone
 */
export function gammaSumAtMostZero(y: Float64Array, shapes: Float64Array): GammaSumTail {
  const saddle = saddlePoint(y, shapes);
  const { c } = saddle;
  let logTransform = 0;
  let total = 0;
  const slopes = new Float64Array(y.length);
  for (let j = 0; j < y.length; j++) {
    const coefficient = y[j] ?? 0;
    const shape = shapes[j] ?? 0;
    logTransform -= shape * Math.log1p(c * coefficient);
    slopes[j] = coefficient / (1 + c * coefficient);
    total += shape;
  }
  const factors = factorsOf(slopes, shapes);
  // The bend is only known at the saddle; where it leads uphill farther out, the straight line does not.
  const integrals =
    pathIntegrals(factors, saddle) ?? pathIntegrals(factors, { ...saddle, bend: 0 });
  if (integrals === null) {
    throw new RangeError(`the inversion did not settle for ${y.length} different values`);
  }
  const scale = Math.exp(logTransform) / Math.PI;
  return {
    probability: Math.min(1, Math.max(0, (scale * integrals.tail) / c)),
    density: Math.max(0, (total - 1) * scale * integrals.level),
  };
}

/** Where the path crosses the real axis, and how it leaves. */
interface Saddle {
  /** Where −Σ m_j ln(1 + x y_j) − ln x is least on (0, 1/max(−y)), roughly. */
  readonly c: number;
  /** 1/√ of its curvature there. */
  readonly sigma: number;
  /** How far the path of steepest descent bends to the right. */
  readonly bend: number;
}

function saddlePoint(y: Float64Array, shapes: Float64Array): Saddle {
  let least = 0;
  let drift = 0;
  let power = 0;
  for (let j = 0; j < y.length; j++) {
    const coefficient = y[j] ?? 0;
    const shape = shapes[j] ?? 0;
    least = Math.min(least, coefficient);
    drift += shape * coefficient;
    power += shape * coefficient * coefficient;
  }
  let low = 0;
  let high = -1 / least;
  // Written as a quotient of sums: with a negative drift the other root formula cancels.
  let c =
    drift >= 0
      ? (drift + Math.sqrt(drift * drift + 4 * power)) / (2 * power)
      : 2 / (Math.sqrt(drift * drift + 4 * power) - drift);
  if (!(c < high)) c = high / 2;
  let curvature = 1;
  let third = 0;
  let before = Number.POSITIVE_INFINITY;
  for (let step = 0; step < 100; step++) {
    let slope = -1 / c;
    curvature = 1 / (c * c);
    third = -2 / (c * c * c);
    for (let j = 0; j < y.length; j++) {
      const ratio = (y[j] ?? 0) / (1 + c * (y[j] ?? 0));
      const weighted = (shapes[j] ?? 0) * ratio;
      slope -= weighted;
      curvature += weighted * ratio;
      third -= 2 * weighted * ratio * ratio;
    }
    if (slope > 0) high = c;
    else low = c;
    // Any line in the strip is exact; a near saddle is enough to keep the integrand level.
    if (Math.abs(slope) < 1e-2 * Math.sqrt(curvature)) break;
    const next = c - slope / curvature;
    const shrinks = Math.abs(slope) < before / 2;
    before = Math.abs(slope);
    // The saddle may lie many powers of ten away, so the bracket is halved by ratio where it can be.
    if (shrinks && next > low && next < high) c = next;
    else if (low > 0 && high > 4 * low) c = Math.sqrt(low) * Math.sqrt(high);
    else c = low > 0 ? (low + high) / 2 : high / 8;
  }
  const sigma = 1 / Math.sqrt(curvature);
  const bend = (third * sigma) / (3 * curvature);
  return { c, sigma, bend: Math.max(-MOST_BEND, Math.min(MOST_BEND, bend)) };
}

/** Factors (1 + δw)^m, whole powers and others apart. */
interface Factors {
  /** w of the factors with power 1. */
  readonly single: Float64Array;
  readonly whole: Float64Array;
  readonly wholePowers: Int32Array;
  readonly broken: Float64Array;
  readonly brokenPowers: Float64Array;
}

function factorsOf(slopes: Float64Array, shapes: Float64Array): Factors {
  const isWhole = (shape: number) => Number.isInteger(shape) && shape < 2 ** 31;
  const pick = (wanted: (shape: number) => boolean) => ({
    slopes: slopes.filter((_, j) => wanted(shapes[j] ?? 0)),
    powers: shapes.filter(wanted),
  });
  const whole = pick((shape) => isWhole(shape) && shape !== 1);
  const broken = pick((shape) => !isWhole(shape));
  return {
    single: pick((shape) => shape === 1).slopes,
    whole: whole.slopes,
    wholePowers: Int32Array.from(whole.powers),
    broken: broken.slopes,
    brokenPowers: broken.powers,
  };
}

/** ∫ Im[dδ / (P(δ)(1 + δ/c))] and ∫ Im[dδ / P(δ)] over the upper half of the path. */
interface PathIntegrals {
  readonly tail: number;
  readonly level: number;
}

/** Both integrals with P(δ) = Π (1 + δ w_j)^{m_j}; null where the rule does not settle on this path. */
function pathIntegrals(factors: Factors, { c, sigma, bend }: Saddle): PathIntegrals | null {
  const inverse: [re: number, im: number] = [1, 0];
  let step = 0.4;
  let tail = 0.5;
  let level = 0.5;
  /** Whether the path ended, and stayed below its start. */
  const addNodes = (from: number, stride: number): boolean => {
    for (let tau = from; tau < 80; tau += stride) {
      const cosh = Math.cosh(tau);
      const sinh = Math.sinh(tau);
      const re = sigma * bend * (cosh - 1);
      const im = sigma * sinh;
      inverseProductAt(factors, re, im, inverse);
      const moveRe = bend * sinh;
      const valueRe = inverse[0] * moveRe - inverse[1] * cosh;
      const valueIm = inverse[0] * cosh + inverse[1] * moveRe;
      const poleRe = 1 + re / c;
      const poleIm = im / c;
      level += valueIm;
      tail += (valueIm * poleRe - valueRe * poleIm) / (poleRe * poleRe + poleIm * poleIm);
      const size = Math.abs(valueRe) + Math.abs(valueIm);
      if (size < NEGLIGIBLE) return true;
      if (!(size < TOO_HIGH)) return false;
    }
    return true;
  };
  if (!addNodes(step, step)) return null;
  for (let halving = 0; halving < MOST_HALVINGS; halving++) {
    const before = { tail: tail * step, level: level * step };
    if (!addNodes(step / 2, step)) return null;
    step /= 2;
    // The error is squared by a halving, so agreement to 1e-7 leaves about 1e-14.
    if (
      Math.abs(tail * step - before.tail) <= 1e-7 * Math.abs(before.tail) &&
      Math.abs(level * step - before.level) <= 1e-7 * Math.abs(before.level)
    ) {
      return { tail: tail * step * sigma, level: level * step * sigma };
    }
  }
  return null;
}

/** 1/P(δ) at δ = re + i·im, written into `out`. */
function inverseProductAt(
  factors: Factors,
  deltaRe: number,
  deltaIm: number,
  out: [re: number, im: number],
): void {
  const { single, whole, wholePowers, broken, brokenPowers } = factors;
  let re = 1;
  let im = 0;
  let logModulus = 0;
  let phase = 0;
  for (let from = 0; from < single.length; from += CHUNK) {
    const to = Math.min(single.length, from + CHUNK);
    for (let j = from; j < to; j++) {
      const w = single[j] ?? 0;
      const factorRe = 1 + deltaRe * w;
      const factorIm = deltaIm * w;
      const held = re * factorRe - im * factorIm;
      im = re * factorIm + im * factorRe;
      re = held;
    }
    // Kept near 1: a part of the product may outgrow a double even where the whole does not.
    const modulus = Math.hypot(re, im);
    logModulus += Math.log(modulus);
    re /= modulus;
    im /= modulus;
  }
  for (let j = 0; j < whole.length; j++) {
    const w = whole[j] ?? 0;
    const power = wholePowers[j] ?? 0;
    logModulus += power * logAbs(deltaRe * w, deltaIm * w);
    phase += power * Math.atan2(deltaIm * w, 1 + deltaRe * w);
  }
  for (let j = 0; j < broken.length; j++) {
    const w = broken[j] ?? 0;
    const power = brokenPowers[j] ?? 0;
    logModulus += power * logAbs(deltaRe * w, deltaIm * w);
    phase += power * Math.atan2(deltaIm * w, 1 + deltaRe * w);
  }
  const scale = Math.exp(-logModulus);
  const turnRe = scale * Math.cos(phase);
  const turnIm = -scale * Math.sin(phase);
  out[0] = re * turnRe + im * turnIm;
  out[1] = re * turnIm - im * turnRe;
}

/** ln |1 + a + ib|, without loss for small a and b. */
function logAbs(a: number, b: number): number {
  return 0.5 * Math.log1p(a * (2 + a) + b * b);
}
