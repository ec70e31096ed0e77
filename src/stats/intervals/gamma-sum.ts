/** The lower tail of a weighted sum of Gamma variables. */
export interface GammaSumTail {
  /** P(Q ≤ 0). */
  readonly probability: number;
  /** −d/dt of P(Σ G_j (y_j + t) ≤ 0) at t = 0. */
  readonly density: number;
}

/** Half of the largest double exponent is far beyond any node that still counts. */
const NEGLIGIBLE = 1e-19;

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
  const { tail, level } = lineIntegrals(factors, c, saddle.sigma);
  const scale = Math.exp(logTransform) / Math.PI;
  return {
    probability: Math.min(1, Math.max(0, (scale * tail) / c)),
    density: Math.max(0, (total - 1) * scale * level),
  };
}

/** Where −Σ m_j ln(1 + x y_j) − ln x is least on (0, 1/max(−y)), roughly, and 1/√ of its curvature. */
function saddlePoint(y: Float64Array, shapes: Float64Array): { c: number; sigma: number } {
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
  for (let step = 0; step < 100; step++) {
    let slope = -1 / c;
    curvature = 1 / (c * c);
    for (let j = 0; j < y.length; j++) {
      const ratio = (y[j] ?? 0) / (1 + c * (y[j] ?? 0));
      const weighted = (shapes[j] ?? 0) * ratio;
      slope -= weighted;
      curvature += weighted * ratio;
    }
    if (slope > 0) high = c;
    else low = c;
    const decrement = Math.abs(slope) / Math.sqrt(curvature);
    // Any line in the strip is exact; a near saddle is enough to keep the integrand level.
    if (decrement < 1e-2) break;
    const next = c - slope / curvature / (1 + decrement);
    c = next > low && next < high ? next : (low + high) / 2;
  }
  return { c, sigma: 1 / Math.sqrt(curvature) };
}

/** Factors (1 + i u w)^m, whole powers and others apart. */
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

/**
 * ∫₀^∞ Re[1/P(u)] du and ∫₀^∞ Re[1/(P(u)(1 + iu/c))] du with P(u) = Π (1 + i u w_j)^{m_j}.
 */
function lineIntegrals(
  factors: Factors,
  c: number,
  sigma: number,
): { tail: number; level: number } {
  const product: [re: number, im: number] = [1, 0];
  let step = 0.4;
  let tail = 0.5;
  let level = 0.5;
  const addNodes = (from: number, stride: number) => {
    for (let tau = from; tau < 80; tau += stride) {
      const u = sigma * Math.sinh(tau);
      const weight = Math.cosh(tau);
      productAt(factors, u, product);
      const [re, im] = product;
      const norm = re * re + im * im;
      const shift = u / c;
      level += (weight * re) / norm;
      tail += (weight * (re - im * shift)) / (norm * (1 + shift * shift));
      if (weight / Math.sqrt(norm) < NEGLIGIBLE) return;
    }
  };
  addNodes(step, step);
  for (let halving = 0; halving < 8; halving++) {
    const before = { tail: tail * step, level: level * step };
    addNodes(step / 2, step);
    step /= 2;
    const settled =
      Math.abs(tail * step - before.tail) <= 1e-7 * Math.abs(before.tail) &&
      Math.abs(level * step - before.level) <= 1e-7 * Math.abs(before.level);
    // The error is squared by a halving, so agreement to 1e-7 leaves about 1e-14.
    if (settled) break;
  }
  return { tail: tail * step * sigma, level: level * step * sigma };
}

/** P(u), written into `out`. Every factor's modulus is at least 1, so no part outgrows the whole. */
function productAt(factors: Factors, u: number, out: [re: number, im: number]): void {
  let re = 1;
  let im = 0;
  const { single, whole, wholePowers, broken, brokenPowers } = factors;
  for (let j = 0; j < single.length; j++) {
    const slope = u * (single[j] ?? 0);
    const held = re - im * slope;
    im += re * slope;
    re = held;
  }
  for (let j = 0; j < whole.length; j++) {
    let power = wholePowers[j] ?? 0;
    let baseRe = 1;
    let baseIm = u * (whole[j] ?? 0);
    for (;;) {
      if ((power & 1) === 1) {
        const held = re * baseRe - im * baseIm;
        im = re * baseIm + im * baseRe;
        re = held;
      }
      power >>>= 1;
      if (power === 0) break;
      const held = baseRe * baseRe - baseIm * baseIm;
      baseIm *= 2 * baseRe;
      baseRe = held;
    }
  }
  if (broken.length > 0) {
    let logModulus = 0;
    let phase = 0;
    for (let j = 0; j < broken.length; j++) {
      const slope = u * (broken[j] ?? 0);
      const power = brokenPowers[j] ?? 0;
      logModulus += 0.5 * power * Math.log1p(slope * slope);
      phase += power * Math.atan(slope);
    }
    const modulus = Math.exp(logModulus);
    const turnRe = modulus * Math.cos(phase);
    const turnIm = modulus * Math.sin(phase);
    const held = re * turnRe - im * turnIm;
    im = re * turnIm + im * turnRe;
    re = held;
  }
  out[0] = re;
  out[1] = im;
}
