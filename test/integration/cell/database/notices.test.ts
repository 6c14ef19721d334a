import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { Notice } from '#platform/contracts/door.ts';
import { CELL_MIGRATIONS } from '../../../../cell/database/migrations/index.ts';
import { insertNotice, listNotices } from '../../../../cell/database/stores/notices.ts';
import type { CellTables } from '../../../../cell/database/tables.ts';
import { useTestDatabase } from '../../../support/use-test-database.ts';

describe('the open notices of a cell', () => {
  const test = useTestDatabase<CellTables>(CELL_MIGRATIONS);

  it('say what was deleted before the builds that failed, each kind in the order of its age', async () => {
    const begin = Date.now();
    const notice = async (kind: Notice['kind'], age: number): Promise<string> => {
      const instanceUuid = randomUUID();
      await test.database.transaction((tx) =>
        insertNotice(tx, { kind, instanceUuid, epoch: 1, fault: null }, begin - age),
      );
      return instanceUuid;
    };
    const failed = [await notice('build-failed', 9_000), await notice('build-failed', 8_000)];
    const deleted = [await notice('instance-deleted', 2_000), await notice('instance-deleted', 1_000)];
    const listed = async (limit: number) =>
      (await listNotices(test.database.read, limit)).map((open) => open.instanceUuid);
    expect(await listed(2)).toEqual(deleted);
    expect(await listed(100)).toEqual([...deleted, ...failed]);
  });
});
