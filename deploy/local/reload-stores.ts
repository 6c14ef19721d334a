import { createConnection } from 'mysql2/promise';
import { addressOf } from '#platform/database/connection-options.ts';
import type { Transport } from '#platform/tls/transport.ts';
import { leafPaths } from '../authority/leaf-files.ts';
import { operatorTransport } from './certificates.ts';
import type { Home } from './home.ts';
import { openRedis } from './redis.ts';
import type { RegionSettings, StoreSettings } from './settings.ts';

/** Makes the databases and the Redis read their certificates again. Open connections stay. `renewed`: the processes that have new ones. */
export async function reloadStores(home: Home, settings: RegionSettings, renewed: readonly string[]): Promise<void> {
  const transport = operatorTransport(home);
  const stores: readonly (readonly [string, StoreSettings])[] = [
    ['global', settings.global],
    ...settings.cells.map((cell) => [cell.name, cell] as const),
  ];
  for (const [owner, store] of stores) {
    if (renewed.includes(`${owner}-mariadb`)) await reloadMariadb(store, transport);
    if (renewed.includes(`${owner}-redis`)) await reloadRedis(home, `${owner}-redis`, store, transport);
  }
}

async function reloadMariadb({ sqlPort: port, sqlPassword: password }: StoreSettings, transport: Transport) {
  const connection = await createConnection({
    ...addressOf({ host: '127.0.0.1', port, transport }),
    ...{ user: 'volvox', password },
  });
  try {
    await connection.query('FLUSH SSL');
  } finally {
    await connection.end();
  }
}

async function reloadRedis(home: Home, name: string, store: StoreSettings, transport: Transport): Promise<void> {
  const { certFile, keyFile } = leafPaths(home.tls(name));
  const redis = openRedis({ port: store.redisPort, password: store.redisPassword, transport });
  try {
    await redis.connect();
    // Redis reads the files whenever it is told their names, also when these are the same.
    await redis.call('CONFIG', 'SET', 'tls-cert-file', certFile, 'tls-key-file', keyFile);
  } finally {
    redis.disconnect();
  }
}
