import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { findStatementsOutsideStores } from '../../../deploy/checks/sql-in-stores.ts';

const folder = mkdtempSync(join(tmpdir(), 'volvox-sql-'));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function write(file: string, text: string): void {
  const path = join(folder, file);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}

it('finds statements outside of the stores, and none in them', () => {
  for (const name of ['api', 'scheduler', 'super-conductor', 'cell', 'platform']) mkdirSync(join(folder, name));
  const statement = "const rows = () => read.selectFrom('hosts').selectAll().execute();\n";
  write('cell/conductor/door/hosts.ts', statement);
  write('cell/database/stores/hosts.ts', statement);
  write('platform/directory/migrations/0001-hosts.ts', statement);
  write('api/service.ts', '// no .selectFrom( here\nawait sql<number>`SELECT 1`.execute(read);\n');
  const found = findStatementsOutsideStores(folder).map(({ file, line }) => `${file}:${line}`);
  expect(found.sort()).toEqual(['api/service.ts:2', 'cell/conductor/door/hosts.ts:1']);
});
