import type { Config } from '../../config/resolve.ts';
import { type ResolvedBackend, resolveSide } from '../../config/side.ts';
import { UsageError } from '../../errors.ts';
import { connectAll } from '../../sides/connect-sides.ts';
import type { Backend } from '../../wire/backend.ts';
import { variantsOf } from '../plan/variants.ts';
import type { OpenVariant, SweepOptions } from './options.ts';

/**
 * Connects to every variant of the backends; nothing is sent.
 * @throws UsageError where there is none, or a URL or what is varied cannot be used.
 */
export async function openVariants(
  options: Pick<SweepOptions, 'backends' | 'vary' | 'cwd'>,
  config: Config,
): Promise<OpenVariant[]> {
  const { cwd = process.cwd() } = options;
  const urls = options.backends.filter((backend) => typeof backend === 'string');
  const expanded = variantsOf(urls, options.vary ?? {});
  const sides = [
    ...expanded.map((url) => ({ url, side: sideOf(url.url, cwd) })),
    ...options.backends.flatMap((backend) =>
      typeof backend === 'string' ? [] : [{ url: null, side: sideOf(backend, cwd) }],
    ),
  ];
  if (sides.length === 0) {
    throw new UsageError('sweep-backends', 'no backend is named', {
      hint: "name one: --backend 'hnsw://index?m=16'",
    });
  }
  const named = sides.map((entry, at) => ({ ...entry, name: `backend ${at + 1}` }));
  const backends = await connectAll(
    Object.fromEntries(named.map(({ name, side }) => [name, side])),
    config,
  );
  return named.map((entry, at) => ({ ...entry, backend: backends[at] as Backend }));
}

function sideOf(backend: string | Backend, cwd: string): ResolvedBackend {
  const value = typeof backend === 'string' ? { url: backend } : backend;
  return resolveSide(value, 'rust-lakehouse', cwd);
}
