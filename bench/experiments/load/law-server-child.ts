import { createLawServer, type Law } from './law-server.ts';

/** Child process that serves the law given as JSON in its first argument. */
const server = createLawServer(JSON.parse(process.argv[2] ?? '{}') as Law);
server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  if (address !== null && typeof address === 'object') process.send?.({ port: address.port });
});
process.on('disconnect', () => process.exit(0));
process.on('SIGINT', () => {});
