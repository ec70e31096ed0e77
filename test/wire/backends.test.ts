import { describe, expect, it } from 'vitest';
import { UsageError } from '../../src/errors.ts';
import { absoluteUrl, backendOfUrl, isDriverUrl } from '../../src/wire/backends.ts';

const open = (url: string) =>
  backendOfUrl(url, { timeouts: { connectMs: 1, requestMs: 1 }, env: {} });
const refusal = (url: string): UsageError => {
  try {
    open(url);
  } catch (error) {
    if (error instanceof UsageError) return error;
  }
  throw new Error(`${url} was not refused`);
};

describe('a backend named by a URL', () => {
  it.each([
    ['pgvector://me@host:5433/db?table=workers', 'pgvector host:5433/db.workers · hnsw'],
    ['pgvector://host/db?table=w&exact=true', 'pgvector host:5432/db.w · exact'],
    ['pglite:memory?index=ivfflat', 'pglite in memory/{collection} · ivfflat'],
    ['pglite://data/my%20db?table=a', 'pglite data/my db/a · hnsw'],
    ['redis://host/k{collection}?quantisation=none', 'redis host:6379/k{collection} · hnsw none'],
    ['redis://host?exact=true&db=3', 'redis host:6379/{collection} · exact'],
    ['mariadb://me@host/db?m=16', 'mariadb host:3306/db.{collection} · mhnsw'],
    ['mongodb://me@host/db?collection=w', 'mongodb host:27017/db.w · vector_index'],
    ['mongodb+srv://me@c.example.net/db', 'mongodb c.example.net/db.{collection} · vector_index'],
    ['sqlite-vec://a.db?table=t', 'sqlite-vec a.db/t · exact'],
    ['hnsw://a/{collection}.bin?ef=50', 'hnswlib a/{collection}.bin · hnsw'],
    ['lancedb://lake?index=ivf_pq', 'lancedb lake/{collection} · ivf_pq'],
    ['pglite:///var/data?index=none', 'pglite /var/data/{collection} · exact'],
  ])('%s', (url, label) => {
    expect(isDriverUrl(url)).toBe(true);
    expect(open(url).label).toBe(label);
  });

  it('tells its parameters apart in the fingerprint', () => {
    const [a, b] = [open('pglite:memory?ef_search=40'), open('pglite:memory?ef_search=80')];
    expect(a.fingerprint).not.toBe(b.fingerprint);
    expect(a.capabilities.effort).toBe('hnsw.ef_search');
    expect(open('pglite:memory?index=ivfflat').capabilities.effort).toBe('ivfflat.probes');
  });

  it.each([
    ['pgvector://host/db?tabel=workers', 'unknown parameter tabel', 'table'],
    ['pgvector://host/db?index=lsh', 'index cannot be lsh', 'hnsw, ivfflat, none'],
    ['pgvector://host/db?m=many', 'm is no whole number', 'm=40'],
    ['pgvector://host/db?exact=maybe', 'exact is neither true nor false', 'exact=true'],
    ['pgvector://host/db?m=1&m=2', 'm is given twice', 'once'],
    ['pglite://?table=a', 'no path', 'name a file'],
    ['nosuch://host/db', 'no backend is named nosuch:', 'pgvector:'],
  ])('%s is refused', (url, message, hint) => {
    expect(refusal(url).message).toContain(message);
    expect(refusal(url).hint).toContain(hint);
  });

  it('is refused with a password in it, which is not shown', () => {
    const { message, hint } = refusal('pgvector://me:geheim@host/db');
    expect(message).toBe('pgvector://host/db: a URL with a password in it');
    expect(message + hint).not.toContain('geheim');
    expect(hint).toContain('PGPASSWORD');
  });

  it('is told from one of HTTP', () => {
    expect(isDriverUrl('http://host:80')).toBe(false);
    expect(isDriverUrl('localhost:80')).toBe(false);
    expect(refusal('toString://x').message).toContain('no backend is named');
  });

  it('lies below the folder that it is relative to', () => {
    const below = (url: string) => absoluteUrl(url, '/home/me');
    expect(below('pglite://data/a b?table=x')).toBe('pglite:///home/me/data/a%20b?table=x');
    expect(below('pglite://../a%3Fb')).toBe('pglite:///home/a%3Fb');
    expect(below('pglite:///var/db')).toBe('pglite:///var/db');
    for (const url of ['pglite:memory', 'http://host/x', 'pgvector://host/db']) {
      expect(below(url)).toBe(url);
    }
  });
});
