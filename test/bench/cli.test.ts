import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { main } from '../../bench/cli.ts';
import { COMMANDS } from '../../bench/commands.ts';
import { packageRoot, packageVersion } from '../../src/config/package-root.ts';
import { bufferIo } from '../support/buffer-io.ts';
import { serve } from '../wire/loopback.ts';

async function bench(...argv: string[]) {
  const io = bufferIo();
  const code = await main(argv, io);
  return { code, out: io.out(), err: io.err() };
}

describe('the command line', () => {
  it('interrupted before there is anything to end in order, ends with 130 and no complaint', async () => {
    const io = { ...bufferIo(), signal: AbortSignal.abort(new Error('interrupted')) };
    expect(await main(['shadow', '--port', '0'], io)).toBe(130);
    expect(io.err()).not.toContain('unexpected');
  });

  it('interrupted while it waits for an answer that it needs, ends with 130 and no complaint', async () => {
    const interrupt = new AbortController();
    const { url } = await serve(() => interrupt.abort(new Error('interrupted')));
    const io = { ...bufferIo(), signal: interrupt.signal };
    const corpus = join(packageRoot(), 'corpora/workers-200');
    const backend = url.replace('http:', 'qdrant:');
    const argv = ['ingest', '--corpus', corpus, '--embed', 'onnx', '--backend', backend];
    expect([await main(argv, io), io.err()]).toEqual([130, expect.not.stringContaining('bench:')]);
  });

  it('without a command prints its help, which is no pass', async () => {
    const { code, out, err } = await bench();
    expect(code).toBe(2);
    expect(out).toBe((await bench('--help')).out);
    expect(err).toBe('');
  });

  it('without a command below a command prints the help of that one', async () => {
    const { code, out } = await bench('ledger');
    expect(code).toBe(2);
    expect(out).toBe((await bench('ledger', '--help')).out);
  });

  it('lists every command that is not hidden, and the help of a command by either way', async () => {
    const { code, out } = await bench('--help');
    expect(code).toBe(0);
    for (const { name, isHidden } of COMMANDS.flatMap(({ commands }) => commands)) {
      expect(new RegExp(`^ {2}${name} `, 'm').test(out)).toBe(isHidden !== true);
    }
    expect((await bench('help', 'corpus')).out).toBe((await bench('corpus', '--help')).out);
  });

  it('prints the version of the package', async () => {
    expect(await bench('--version')).toEqual({ code: 0, out: `${packageVersion()}\n`, err: '' });
  });

  it.each([
    [['gate', '--no-such-flag', 'run'], 'see bench gate --help'],
    [['corpus', 'import', '--no-such-flag'], 'see bench corpus import --help'],
    [['export'], 'see bench export --help'],
    [['--no-such-flag'], 'see bench --help'],
    [['retreive'], 'did you mean retrieve?'],
  ])('%j is refused with a hint that leads on', async (argv, hint) => {
    const { code, err } = await bench(...argv);
    expect(code).toBe(2);
    expect(err).toContain(`  hint: ${hint}\n`);
  });
});

describe('every command', () => {
  it.each(COMMANDS.flatMap(({ commands }) => commands).map(({ name }) => name))(
    '%s has help of its own',
    async (name) => {
      const { code, out } = await bench(name, '--help');
      expect(code).toBe(0);
      expect(out).toContain(`Usage: bench ${name} `);
    },
  );
});
