import { spawn } from 'node:child_process';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { InfrastructureError } from '../../src/errors.ts';
import type { Io } from '../io.ts';

const OPENERS: Readonly<Partial<Record<NodeJS.Platform, readonly string[]>>> = {
  darwin: ['open'],
  win32: ['cmd', '/c', 'start', ''],
};

/**
 * Opens a page in the browser, from a folder for temporary files: a finished run folder is not written to.
 * @throws InfrastructureError where no browser can be started.
 */
export async function openPage(page: string, io: Io): Promise<void> {
  const file = join(await mkdtemp(join(tmpdir(), 'bench-report-')), 'report.html');
  await writeFile(file, page);
  io.stderr(`bench: ${file}\n`);
  const [program = 'xdg-open', ...before] = OPENERS[process.platform] ?? ['xdg-open'];
  await new Promise<void>((opened, fail) => {
    const child = spawn(program, [...before, file], { stdio: 'ignore', detached: true });
    child.once('spawn', () => {
      child.unref();
      opened();
    });
    child.once('error', (cause) =>
      fail(
        new InfrastructureError('report-open', `${program} could not be started`, {
          hint: `open ${file} yourself`,
          cause,
        }),
      ),
    );
  });
}
