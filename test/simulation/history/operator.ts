import { messageOf } from '#platform/errors/volvox-error.ts';
import type { Life } from '../kernel/kernel.ts';
import { API, apiContract } from '../region/api.ts';
import type { World } from '../region/world.ts';

/** What an operator turns back breaks no promise, but a delete, which was promised to its user. */
const IN_PROGRESS = `SELECT id, kind FROM operations WHERE finished_at IS NULL AND kind NOT IN ('delete', 'delete-arrived')`;

/** Now and then an operator looks at the operations in progress, in any tier, and turns it back or sends it forward. */
export async function intervene(world: World, life: Life, times: number, withinMs: number): Promise<void> {
  const { kernel, network, directory, cells } = world;
  const { random, clock } = kernel;
  const api = network.client(life, API, apiContract);
  for (let time = 0; time < times; time++) {
    await clock.sleep((random.next() * withinMs) / times);
    const tiers = [{ sql: directory, cellId: null }, ...cells.map(({ sql, id: cellId }) => ({ sql, cellId }))];
    const open = tiers.flatMap(({ sql, cellId }) =>
      sql.look<{ id: string; kind: string }>(IN_PROGRESS).map((operation) => ({ ...operation, cellId })),
    );
    if (open.length === 0) continue;
    const { id, kind, cellId } = random.pick(open);
    const direction = random.chance(0.7) ? 'back' : 'forward';
    const said = await api.resolve({ id, cellId, direction }).then(() => 'yes', messageOf);
    world.tell(`operator: ${kind} ${id} ${direction}: ${said}`);
  }
}
