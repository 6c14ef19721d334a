import { randomUUID } from 'node:crypto';
import { expect, it } from 'vitest';
import { migrate } from '#platform/database/migrations.ts';
import { silentLogger } from '#platform/logging/logger.ts';
import { CELL_MIGRATIONS } from '../../../../cell/database/migrations/index.ts';
import type { CellTables } from '../../../../cell/database/tables.ts';
import { createTestDatabase, everything } from '../../../support/test-database.ts';

const BEFORE = CELL_MIGRATIONS.filter(({ name }) => name < '0011');

it('knows after the upgrade who has joined before it', async () => {
  const { database, drop } = await createTestDatabase<CellTables>(BEFORE);
  try {
    const [compute, network] = [randomUUID(), randomUUID()];
    const db = everything(database);
    const key = (agent_id: string, kind: 'compute' | 'network', hosts: readonly string[]) => ({
      ...{ agent_id, kind, hosts: JSON.stringify(hosts), key_hash: randomUUID().padEnd(64, '0') },
      ...{ created_at: 1, used_at: null },
    });
    const many = Array.from({ length: 1_000 }, (_, at) => `rack-${at}`);
    await db
      .insertInto('agent_keys')
      .values([
        key(compute, 'compute', ['a"1', 'b-*']),
        key(compute, 'compute', ['a"1']),
        key(network, 'network', many),
      ])
      .execute();
    await migrate(database.schema, CELL_MIGRATIONS, silentLogger, 'upgrade');
    const agents = await db.selectFrom('enrolled_agents').select(['agent_id', 'kind']).execute();
    expect(new Map(agents.map(({ agent_id, kind }) => [agent_id, kind]))).toEqual(
      new Map([
        [compute, 'compute'],
        [network, 'network'],
      ]),
    );
    const hosts = await db.selectFrom('enrolled_hosts').select(['kind', 'name']).execute();
    const namesOf = (kind: string) => hosts.filter((host) => host.kind === kind).map(({ name }) => name);
    expect(namesOf('compute').sort()).toEqual(['a"1', 'b-*']);
    expect(new Set(namesOf('network'))).toEqual(new Set(many));
  } finally {
    await drop();
  }
});
