import { describe, expect, it } from 'vitest';
import { UsageError } from '../../src/errors.ts';
import { requireSameSides } from '../../src/record/run/same-sides.ts';

type Sides = Parameters<typeof requireSameSides>[1];

const SIDE = { url: 'http://a:1', service: 'lakehouse', version: '1.2', model: 'm', dimension: 8 };

interface Change {
  readonly backend?: Partial<Sides['backends']['candidate']>;
  readonly dialect?: Sides['dialects']['candidate'];
  readonly config?: unknown;
}

/** A run whose candidate differs; the configuration names both sides by URL. */
function run({ backend = {}, dialect = 'rust-lakehouse@1', config }: Change = {}): Sides {
  return {
    backends: { incumbent: SIDE, candidate: { ...SIDE, ...backend } },
    dialects: { incumbent: 'rust-lakehouse@1', candidate: dialect },
    config: (config ?? {
      incumbent: { url: 'http://a:1' },
      candidate: { url: 'http://b:1' },
      embed: null,
    }) as Sides['config'],
  };
}

const refused = (now: Sides, before = run()): UsageError => {
  try {
    requireSameSides('runs/1', before, now);
  } catch (error) {
    if (error instanceof UsageError) return error;
    throw error;
  }
  throw new Error('it was let pass');
};

describe('going on with a run', () => {
  it('takes the backends that it was begun with', () => {
    expect(() => requireSameSides('runs/1', run(), run())).not.toThrow();
  });

  it.each([
    ['service', { backend: { service: 'other' } }, 'service lakehouse, now other'],
    ['version', { backend: { version: '1.3' } }, 'version 1.2, now 1.3'],
    ['model', { backend: { model: 'n' } }, 'model m, now n'],
    ['dimension', { backend: { dimension: 16 } }, 'dimension 8, now 16'],
    ['dialect', { dialect: 'go-lakehouse@1' }, 'dialect rust-lakehouse@1, now go-lakehouse@1'],
    [
      'URL',
      { config: { incumbent: { url: 'http://a:1' }, candidate: { url: 'http://c:1' } } },
      'url http://b:1, now http://c:1',
    ],
  ] satisfies [string, Change, string][])(
    'refuses another %s by name',
    (_what, change, message) => {
      const error = refused(run(change));
      expect(error.code).toBe('resume-sides');
      expect(error.exitCode).toBe(2);
      expect(error.message).toContain(`runs/1 was begun with another candidate: ${message}`);
    },
  );

  it('refuses another embedder that both sides share', () => {
    const named = (embed: string) => run({ config: { incumbent: {}, candidate: {}, embed } });
    expect(refused(named('onnx'), named('corpus')).message).toContain(
      'another incumbent: embedder corpus, now onnx',
    );
  });

  it('knows the embedded pair again, whose ports are new each time', () => {
    const pair = (port: number): Sides => {
      const sides = run({ config: { incumbent: {}, candidate: {} } });
      const at = (url: string) => ({ ...SIDE, url });
      return {
        ...sides,
        backends: {
          incumbent: at(`http://127.0.0.1:${port}`),
          candidate: at(`http://127.0.0.1:${port + 1}`),
        },
      };
    };
    expect(() => requireSameSides('runs/1', pair(4000), pair(5000))).not.toThrow();
  });

  it('refuses a side that said more, or less, of itself than now', () => {
    expect(refused(run({ backend: { version: null } })).message).toContain('version 1.2, now null');
  });
});
