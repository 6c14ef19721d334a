import type { CellTx } from '../../database/cell-database.ts';
import { beginMigration } from '../../database/stores/server-migrations.ts';
import type { Beginning } from './server-action.ts';

type NewMigration = Parameters<typeof beginMigration>[1];
type Begun = Pick<NewMigration, 'type' | 'status'> & { readonly newFlavorId?: string };

/** Begins the record of a server's way to another host of its cell; its id is that of the operation. */
export async function beginMove<P>(tx: CellTx, beginning: Beginning<P>, begun: Begun): Promise<void> {
  const { instance, operationId, actor, now } = beginning;
  const { flavorId } = instance;
  const migration = { id: operationId, instanceUuid: instance.uuid, actor, source: instance };
  await beginMigration(tx, { ...migration, oldFlavorId: flavorId, newFlavorId: flavorId, ...begun }, now);
}
