import { expect, it } from 'vitest';
import { checkStatement } from '../../../src/demo/gateway/sql/statement.ts';

it.each([
  'EXPLAIN PRAGMA query_only = OFF',
  'explain query plan pragma case_sensitive_like = off',
  'EXPLAIN /* x */ PRAGMA writable_schema = ON',
  'EXPLAIN (ANALYZE, BUFFERS) COPY t TO STDOUT',
  'EXPLAIN EXPLAIN SELECT 1',
  'EXPLAIN',
  'EXPLAIN ANALYZE DELETE FROM workers',
  "ATTACH '/etc/passwd' AS p",
  "VACUUM INTO '/tmp/x'",
  "COPY t FROM '/etc/passwd'",
  '-- a comment\n;PRAGMA x',
])('refuses %j', (sql) => {
  expect(() => checkStatement(sql, false)).toThrow();
});

it.each([
  'SELECT 1',
  '(SELECT 1)',
  'EXPLAIN SELECT 1',
  'EXPLAIN QUERY PLAN SELECT 1',
  'EXPLAIN (ANALYZE, BUFFERS) SELECT 1',
  'EXPLAIN ANALYZE VERBOSE WITH a AS (SELECT 1) SELECT * FROM a',
  'EXPLAIN (SELECT 1)',
])('lets %j pass', (sql) => {
  expect(() => checkStatement(sql, false)).not.toThrow();
});
