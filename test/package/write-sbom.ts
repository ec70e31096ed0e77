import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

// Writes a CycloneDX list of what is installed with the package to dist/sbom.cdx.json. Asked to omit the development
// dependencies, npm also leaves out what both need: it is asked about a package that has none.
const folder = mkdtempSync(join(tmpdir(), 'sbom-'));
try {
  const {
    devDependencies: _,
    peerDependencies: _peers,
    peerDependenciesMeta: _meta,
    ...manifest
  } = JSON.parse(readFileSync('package.json', 'utf8')) as Record<string, unknown>;
  writeFileSync(join(folder, 'package.json'), JSON.stringify(manifest));
  const lock = JSON.parse(readFileSync('package-lock.json', 'utf8')) as {
    packages: Record<string, Record<string, unknown>>;
  };
  const { '': root = {}, ...others } = lock.packages;
  const { devDependencies: _dev, peerDependencies: _peer, peerDependenciesMeta: _m, ...own } = root;
  const kept = Object.entries(others).filter(
    ([, { dev, peer, devOptional }]) => !dev && !peer && !devOptional,
  );
  writeFileSync(
    join(folder, 'package-lock.json'),
    JSON.stringify({ ...lock, packages: { '': own, ...Object.fromEntries(kept) } }),
  );
  const list = execFileSync('npm', ['sbom', '--sbom-format', 'cyclonedx', '--package-lock-only'], {
    cwd: folder,
    maxBuffer: 2 ** 26,
  });
  writeFileSync(process.argv[2] ?? join('dist', 'sbom.cdx.json'), list);
} finally {
  rmSync(folder, { recursive: true });
}
