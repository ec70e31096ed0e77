import type { Config } from '../../config/resolve.ts';
import { isNamed, type ResolvedBackend, resolveSide } from '../../config/side.ts';
import { UsageError } from '../../errors.ts';
import { connectAll } from '../../sides/connect-sides.ts';
import type { Backend } from '../../wire/backend.ts';
import { variantsOf } from '../plan/variants.ts';
import type { OpenVariant, SweepOptions } from './options.ts';

/**
 * Connects to every variant of the backends, or to the sides of the configuration where none is given; nothing is sent.
 * @throws UsageError where there is none, or a URL or what is varied cannot be used.
 */
export async function openVariants(
  options: Pick<SweepOptions, 'backends' | 'vary' | 'cwd'>,
  config: Config,
): Promise<OpenVariant[]> {
  const { cwd = process.cwd(), backends: given } = options;
  const urls = given.filter((backend) => typeof backend === 'string');
  const expanded = variantsOf(urls, options.vary ?? {});
  const sides: Pick<OpenVariant, 'url' | 'side'>[] = [
    ...expanded.map((url) => ({ url, side: sideOf(url.url, cwd) })),
    ...given.flatMap((backend) =>
      typeof backend === 'string' ? [] : [{ url: null, side: sideOf(backend, cwd) }],
    ),
  ];
  // Without backends, those of the configuration.
  const { incumbent, candidate, candidates = [candidate] } = config;
  for (const side of given.length > 0 ? [] : [incumbent, ...candidates]) {
    if (isNamed(side)) sides.push({ url: null, side });
  }
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
