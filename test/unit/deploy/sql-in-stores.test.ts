import { expect, it } from 'vitest';
import { findStatementsOutsideStores } from '../../../deploy/checks/sql-in-stores.ts';
import { useSourceFolder } from '../../support/source-folder.ts';

const folder = useSourceFolder();

it('finds statements outside of the stores, and none in them', () => {
  const statement = "const rows = () => read.selectFrom('hosts').selectAll().execute();\n";
  folder.write('cell/conductor/door/hosts.ts', statement);
  folder.write('cell/database/stores/hosts.ts', statement);
  folder.write('platform/directory/migrations/0001-hosts.ts', statement);
  folder.write('api/service.ts', '// no .selectFrom( here\nawait sql<number>`SELECT 1`.execute(read);\n');
  folder.write('super-conductor/service.ts', "await updateRows(tx, 'hosts', { id }, { up: 0 });\n");
  const found = findStatementsOutsideStores(folder.path).map(({ file, line }) => `${file}:${line}`);
  expect(found.sort()).toEqual(['api/service.ts:2', 'cell/conductor/door/hosts.ts:1', 'super-conductor/service.ts:1']);
});
