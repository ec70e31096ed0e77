import { expect, it } from 'vitest';
import { expectedText, rampMs, rungMs } from '../../src/load/pace/expected-time.ts';
import { LOAD_DEFAULTS } from '../../src/load/plan.ts';

const ramp = { fromPerSecond: 10, toPerSecond: 190, durationMs: 30_000 };

it('a rate takes its floor, then A/A and A/B with a warm-up of each arm', () => {
  // Floor 2 + 3 s; each pass 2 × 10 s of warm-up and 24 blocks of 220 requests at 100/s.
  expect(rungMs(LOAD_DEFAULTS, 100)).toBeCloseTo(5000 + 2 * (20_000 + 52_800), 6);
  expect(rungMs({ ...LOAD_DEFAULTS, warmUpMs: 0 }, 1000)).toBeCloseTo(2000 + 2 * 5280, 6);
});

it('a ramp takes each side twice', () => {
  expect(rampMs({ ...LOAD_DEFAULTS, warmUpMs: 500 }, ramp)).toBe(4 * 30_500);
});

it('what is known beforehand is said in words', () => {
  expect(expectedText(LOAD_DEFAULTS, [])).toBeNull();
  expect(expectedText({ ...LOAD_DEFAULTS, warmUpMs: 0 }, [1000])).toBe(
    '1 rate in 13 s; more where the driver is late',
  );
  expect(expectedText({ ...LOAD_DEFAULTS, ramp, saturation: true }, [100, 200])).toBe(
    '2 rates in 4 min, a ramp in 3 min, then the saturation of each side; more where the driver is late',
  );
});
