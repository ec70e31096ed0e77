import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { makeFolder } from '../../disk/make-folder.ts';
import { InfrastructureError } from '../../errors.ts';
import type { Provenance } from '../types.ts';
import { sha256Of } from './checked-sha256.ts';
import { runTool } from './run-tool.ts';

/** Debian's release whose descriptions are taken, and the archive's public name. */
const RELEASE = 'trixie';
const SOURCES = `deb http://deb.debian.org/debian ${RELEASE} main\n`;

/** The index of packages and their English descriptions. */
export interface DebianIndex {
  readonly packages: string;
  readonly translation: string;
  readonly provenance: readonly Provenance[];
}

/**
 * Fetches the index of a Debian release with apt, which checks the archive's signature, into a folder of our own:
 * nothing of the machine's own apt is changed.
 * @throws InfrastructureError where there is no apt or the archive cannot be reached.
 */
export async function fetchDebianIndex(folder: string, signal: AbortSignal): Promise<DebianIndex> {
  const lists = join(folder, 'lists');
  await makeFolder(join(lists, 'partial'));
  await makeFolder(join(folder, 'archives', 'partial'));
  await writeFile(join(folder, 'sources.list'), SOURCES);
  const settings = [
    `Dir::State::lists=${lists}`,
    `Dir::Cache=${folder}`,
    `Dir::Etc::SourceList=${join(folder, 'sources.list')}`,
    'Dir::Etc::SourceParts=/dev/null',
    'Acquire::GzipIndexes=false',
    'Acquire::Languages=en',
    'APT::Architecture=amd64',
    'APT::Architectures=amd64',
    'APT::Sandbox::User=',
  ];
  const wanted = `the package index of Debian ${RELEASE}`;
  const flags = settings.flatMap((setting) => ['-o', setting]);
  await runTool('apt-get', [...flags, '--error-on=any', 'update'], { cwd: folder, signal, wanted });
  const names = await readdir(lists);
  const named = (end: string): string => {
    const name = names.find((one) => one.endsWith(end));
    if (name !== undefined) return join(lists, name);
    throw new InfrastructureError('collection-source', `${wanted}: apt brought no ${end}`, {
      hint: 'try again later',
    });
  };
  const release = await readFile(named('_InRelease'), 'utf8');
  const field = (key: string) => new RegExp(`^${key}: (.*)$`, 'm').exec(release)?.[1] ?? null;
  const source = `Debian ${field('Version') ?? RELEASE} main amd64`;
  const packages = named('_main_binary-amd64_Packages');
  const translation = named('_main_i18n_Translation-en');
  const licence = 'descriptions are part of free packages, each under its own licence';
  const facts = async (file: string, path: string): Promise<Provenance> => ({
    source,
    licence,
    file,
    sha256: await sha256Of(path),
    date: field('Date'),
  });
  return {
    packages,
    translation,
    provenance: [await facts('Packages', packages), await facts('Translation-en', translation)],
  };
}
