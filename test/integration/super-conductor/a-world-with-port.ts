import { recordHome } from '#platform/directory/stores/homes/placing.ts';
import { createSqlOperationStore } from '#platform/operations/sql-store.ts';
import { setHome } from '../../support/set-home.ts';
import { aPortOf } from './a-port-of.ts';
import { StubPortsCell } from './stub-ports-cell.ts';
import { aWorld } from './world.ts';

/** A server at home in a cell, with a port that the directory gives it. */
export async function aWorldWithPort() {
  const cell = new StubPortsCell();
  const world = await aWorld([cell]);
  const { uuid } = await world.accept();
  await world.directory.write.deleteFrom('operations').execute();
  await world.directory.transaction(async (tx) => {
    await setHome(tx, uuid, { epoch: 2, placing_cell_id: cell.id }, Date.now());
    await recordHome(tx, uuid, { cellId: cell.id, epoch: 2 }, Date.now());
  });
  const port = await aPortOf(world, uuid);
  const books = async () => ({
    cards: [...cell.cards],
    ports: (await world.directory.read.selectFrom('ports').select('id').execute()).map(({ id }) => id),
  });
  const common = {
    store: createSqlOperationStore(world.directory),
    deps: world.deps,
    subject: uuid,
    close: () => world.close(),
  };
  return { cell, uuid, port, books, common };
}
