import { watchStreams, workingFolder } from '../printing/streams.ts';
import { runConformance } from './run.ts';

const { signal } = new AbortController();
const streams = watchStreams('conformance', signal);
const code = await runConformance(process.argv.slice(2), {
  stdout: (text) => void process.stdout.write(text),
  stderr: (text) => void process.stderr.write(text),
  env: process.env,
  cwd: workingFolder('conformance'),
  isTerminal: process.stderr.isTTY === true,
  signal,
});
process.exitCode = streams.codeOf(code);
streams.ended();
