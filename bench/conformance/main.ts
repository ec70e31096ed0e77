import { runConformance } from './run.ts';

process.exitCode = await runConformance(process.argv.slice(2), {
  stdout: (text) => void process.stdout.write(text),
  stderr: (text) => void process.stderr.write(text),
  env: process.env,
  cwd: process.cwd(),
  isTerminal: process.stderr.isTTY === true,
  signal: new AbortController().signal,
});
