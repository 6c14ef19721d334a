import { expect } from 'vitest';
import type { AnyOperation } from '#platform/operations/definition.ts';
import { findAction } from '../../../../../cell/conductor/actions/index.ts';
import type { CellParts } from '../../../../../cell/conductor/parts.ts';
import type { CellTx } from '../../../../../cell/database/cell-database.ts';
import { MemoryOperationStore } from '../../../../support/memory-operation-store.ts';
import { itKeepsTheOperationLaws, type OperationWorld } from '../../../../support/operation-laws.ts';
import { waitUntil } from '../../../../support/wait-until.ts';
import type { CellWorld } from './cell-world.ts';
import { lawStore } from './law-store.ts';
import { useCellWorld } from './use-cell-world.ts';

interface LawCase {
  readonly definition: AnyOperation<CellParts, CellTx>;
  begin(): Promise<{ readonly uuid: string; readonly params: unknown }>;
  /** What others than agents do while it runs; called again and again. */
  play?(uuid: string): Promise<unknown>;
  done(uuid: string): Promise<unknown>;
  undone(uuid: string): Promise<unknown>;
}

/**
 * A cell whose operations are run by the engine of the laws, under changed steps. Each case brings an instance to where its operation begins.
 * So that the world's own conductor keeps its hands off, the operation lives in memory, and only a row with an endless lease stands for it in
 * the cell's database.
 */
export function useLawWorld() {
  let made: CellWorld;
  useCellWorld({ hosts: 2, total: { vcpus: 1_000, ramMb: 1_000_000, diskGb: 10_000 } }, (world) => {
    made = world;
  });
  const world = (): CellWorld => made;
  function lawsOf(one: LawCase): void {
    itKeepsTheOperationLaws(one.definition, async (): Promise<OperationWorld<CellParts, CellTx>> => {
      const { uuid, params } = await one.begin();
      world().agents.bindingFate = () => 'settle';
      const memory = new MemoryOperationStore();
      return {
        store: lawStore(world(), uuid, memory),
        deps: world().conductor.parts,
        params,
        subject: uuid,
        play: async () => {
          await world().agents.workBindings(null);
          await world().agents.workGuests(null);
          await one.play?.(uuid);
          for (const id of memory.rows.keys()) await memory.signal(id);
        },
        expectDone: async () => void (await one.done(uuid)),
        expectUndone: async () => void (await one.undone(uuid)),
        close: () => world().auditClaims(),
      };
    });
  }

  const guestsOf = (uuid: string) =>
    world().test.database.read.selectFrom('guests').selectAll().where('instance_uuid', '=', uuid).execute();
  const untilGuests = (uuid: string, count: number) =>
    waitUntil(`${count} guests of ${uuid}`, async () => (await guestsOf(uuid)).length === count);
  const guestWithRole = async (uuid: string, role: string): Promise<string> => {
    const guest = (await guestsOf(uuid)).find((candidate) => candidate.role === role);
    if (guest === undefined) throw new Error(`${uuid} has no ${role} guest`);
    return guest.id;
  };
  const expectNoSaves = async (uuid: string) => {
    const [guest] = await guestsOf(uuid);
    expect(JSON.parse(guest?.parts ?? 'null')).toMatchObject({ saves: [] });
  };
  const imageNoticesOf = async (uuid: string): Promise<readonly string[]> => {
    const { read } = world().test.database;
    const rows = await read.selectFrom('notices').select('kind').where('instance_uuid', '=', uuid).execute();
    return rows.map(({ kind }) => kind);
  };
  return { world, lawsOf, guestsOf, untilGuests, guestWithRole, expectNoSaves, imageNoticesOf };
}

/** @throws when no action of this kind has an operation. */
export const operationOf = (kind: string): AnyOperation<CellParts, CellTx> => {
  const definition = findAction(kind)?.operation ?? null;
  if (definition === null) throw new Error(`${kind} has no operation`);
  return definition;
};
