#!/usr/bin/env node
// Imports nothing on purpose: the libraries below throw while they load on an unsupported Node.
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
if (major < 22 || (major === 22 && minor < 19)) {
  process.stderr.write(
    `bench: Node ${process.versions.node} is too old; 22.19 or newer is needed\n` +
      '  hint: in the repository, npm run bench -- … uses the Node that npm ci installed\n',
  );
  process.exitCode = 4;
} else {
  // Until the command is loaded there is nothing to end in order.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => process.exit(130));
  try {
    const { runInProcess } = await import('./cli.ts');
    await runInProcess();
  } catch (error) {
    // What fails before a command runs is a fault of the installation, and no answer.
    const [line] = String(error).split('\n');
    process.stderr.write(`bench: cannot start: ${line}\n  hint: install it again\n`);
    process.exitCode = 4;
  }
}

export {};
