import { changedUse, type GuestPlacement, useOf } from '#platform/objects/guest-placement.ts';
import type { NodeUse } from '#platform/objects/host-topology.ts';
import type { SqlServer } from '../store/sql-server.ts';

interface ClaimedGuest {
  readonly guest_id: string;
  readonly host_id: string;
  readonly placement: string;
  readonly spec: string;
}

/** No CPU of a host is given twice, hosts count what claims have, and guests were told what their claims say. */
export function wrongPlacements(sql: SqlServer): string[] {
  const wrong: string[] = [];
  const placed = sql.look<ClaimedGuest & Record<string, unknown>>(
    'SELECT c.guest_id, c.host_id, c.placement, g.spec FROM claims c JOIN guests g ON g.id = c.guest_id WHERE c.placement IS NOT NULL',
  );
  for (const { guest_id, placement, spec } of placed) {
    const told = (JSON.parse(spec) as { placement?: GuestPlacement }).placement;
    if (JSON.stringify(told) !== placement)
      wrong.push(`guest ${guest_id} was told ${JSON.stringify(told)}, and has ${placement}`);
  }
  const hosts = sql.look<{ id: string; name: string; nodes_used: string | null }>(
    'SELECT id, name, nodes_used FROM hosts',
  );
  for (const { id, name, nodes_used } of hosts) {
    const placements = placed
      .filter(({ host_id }) => host_id === id)
      .map(({ placement }) => JSON.parse(placement) as GuestPlacement);
    const cpus = placements.flatMap(({ nodes }) => nodes.flatMap(({ pins }) => Object.values(pins)));
    if (new Set(cpus).size < cpus.length) wrong.push(`CPUs of ${name} were given twice: ${cpus.join(', ')}`);
    const sum = placements.flatMap(useOf).reduce<readonly NodeUse[]>((all, use) => changedUse(all, [use], 1), []);
    const claimed = sum.length === 0 ? null : JSON.stringify(sum);
    if (claimed !== nodes_used) wrong.push(`${name} counts ${nodes_used} of its nodes, its claims have ${claimed}`);
  }
  return wrong;
}
