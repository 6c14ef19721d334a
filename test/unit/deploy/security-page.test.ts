import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';

const TESTS = join(import.meta.dirname, '../..');
const PAGE = join(TESTS, '../docs/security.md');

it('docs/security.md names tests that exist', () => {
  const named = [...readFileSync(PAGE, 'utf8').matchAll(/`(?:test\/)?([\w/-]+\.test\.ts)`/g)].map(
    ([, path = '']) => path,
  );
  expect(named.length).toBeGreaterThan(40);
  expect(named.filter((path) => !existsSync(join(TESTS, path)))).toEqual([]);
});
