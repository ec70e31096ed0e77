import { describe, expect, it } from 'vitest';
import { resolveConfig } from '../../src/config/resolve.ts';
import type { UserConfig } from '../../src/config/schema.ts';

const resolved = (...values: UserConfig[]) =>
  resolveConfig({
    cwd: '/nowhere',
    env: {},
    flags: values.map((value) => ({ origin: '--set', value })),
  });

describe('gates of a load', () => {
  it('know a ratio as the margin it stands for, whichever layer says it last', async () => {
    const { config, origins } = await resolved({ gates: { p95: { ratio: 1.1, maxMs: 40 } } });
    expect(config.gates.p95).toEqual({ margin: 0.1, maxMs: 40 });
    expect(origins.get('gates.p95.margin')).toBe('--set');
    const later = await resolved(
      { gates: { p50: { margin: 0.3 } } },
      { gates: { p50: { ratio: 1.2 } } },
    );
    expect(later.config.gates.p50).toEqual({ margin: 0.2 });
  });

  it.each([
    ['a ratio that is a margin', { p95: { ratio: 0.1 } }, /gates\.p95\.ratio.*1\.10 for 10%/],
    ['both at once', { p95: { ratio: 1.1, margin: 0.1 } }, /gates\.p95: margin and ratio/],
    ['a ratio of p99', { p99: { ratio: 1.1 } }, /unknown key gates\.p99\.ratio/],
    ['a limit of 0', { p99: { maxMs: 0 } }, /gates\.p99\.maxMs/],
    ['a recall above 1', { recallUnderLoad: { min: 2 } }, /gates\.recallUnderLoad\.min/],
  ])('refuse %s', async (_, gates, message) => {
    await expect(resolved({ gates } as UserConfig)).rejects.toMatchObject({
      exitCode: 2,
      message: expect.stringMatching(message),
    });
  });
});
