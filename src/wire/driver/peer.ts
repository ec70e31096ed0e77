import { UsageError } from '../../errors.ts';
import { codeOf } from './failure.ts';

/**
 * Imports a client library that is an optional peer of this package.
 * @throws UsageError that names the package to install, where it is not there.
 */
export async function importPeer<Module>(
  name: string,
  version: string,
  load: () => Promise<Module>,
): Promise<Module> {
  try {
    return await load();
  } catch (cause) {
    const isMissing = ['ERR_MODULE_NOT_FOUND', 'MODULE_NOT_FOUND'].includes(codeOf(cause) ?? '');
    const why = cause instanceof Error ? (cause.message.split('\n')[0] ?? '') : String(cause);
    throw new UsageError(
      'peer-package',
      isMissing ? `the package ${name} is not installed` : `${name} cannot be loaded: ${why}`,
      { hint: `npm install ${name}@${version}`, context: { package: name }, cause },
    );
  }
}
