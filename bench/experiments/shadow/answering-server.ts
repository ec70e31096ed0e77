import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

// Answers as one of the two gateways does, at once and always the same: what is timed is what stands before it.
const side = process.argv[2] === 'go' ? 'go' : 'rust';
const ranks = Array.from({ length: 10 }, (_, rank) => rank);
const bodies = {
  rust: {
    sources: ranks.map((rank) => ({
      doc_id: `w-${rank}`,
      score: 1 - rank / 20,
      chunk_text: 'Forklift Operator in Springfield, IL, ten years',
      metadata: { role: 'Forklift Operator', state: 'IL' },
    })),
    sql_matches: 10,
    method: 'hybrid',
  },
  go: {
    results: ranks.map((rank) => ({
      id: `w-${rank}`,
      distance: rank / 20,
      corpus: 'workers',
      metadata: { role: 'Forklift Operator', state: 'IL' },
    })),
    per_corpus: { workers: 10 },
  },
};
const answer = Buffer.from(JSON.stringify(bodies[side]));
const health = side === 'go' ? '{"status":"ok","service":"gateway"}' : 'lakehouse ok';

const server = createServer((request, response) => {
  request.resume();
  request.on('end', () => {
    if (request.url === '/health') {
      response.writeHead(200, {
        'content-type': side === 'go' ? 'application/json' : 'text/plain',
      });
      response.end(health);
      return;
    }
    response.writeHead(200, {
      'content-type': 'application/json',
      'content-length': answer.length,
    });
    response.end(answer);
  });
});
server.keepAliveTimeout = 120_000;
server.listen(0, '127.0.0.1', () => {
  process.send?.({ port: (server.address() as AddressInfo).port });
});
process.once('disconnect', () => process.exit(0));
