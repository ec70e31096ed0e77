import { runConformance } from './conformance/run.ts';

process.exitCode = await runConformance(process.argv.slice(2), {
  stdout: (text) => void process.stdout.write(text),
  stderr: (text) => void process.stderr.write(text),
  env: process.env,
  // npm runs scripts in the package's folder; a path on the command line is meant from the caller's.
  cwd: process.env['INIT_CWD'] ?? process.cwd(),
  isTerminal: process.stderr.isTTY === true,
  signal: new AbortController().signal,
});
