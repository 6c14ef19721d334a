import type { Auditor, Difference } from '#platform/audit/auditor.ts';
import { fromJson } from '#platform/database/json-column.ts';
import type { InstanceBuild } from '#platform/objects/instance-build.ts';
import {
  bindingsWithoutGuest,
  type FewerBindings,
  fewerBindingsOf,
  idleWithFewerBindings,
  plugAgain,
} from '../../database/stores/audits/bindings.ts';
import { isBusy } from '../../database/stores/audits/unfinished.ts';
import { guestExists } from '../../database/stores/guests.ts';
import {
  bindingsOfGuests,
  insertBindings,
  type NewBinding,
  setDesiredBindings,
} from '../../database/stores/port-bindings.ts';
import { lockInstanceRow } from '../../database/stores/quarantined-instances.ts';
import { bindingsFor } from '../operations/guests.ts';
import type { ConductorParts } from '../parts.ts';

/**
 * Ports and bindings of an idle instance differ in two cases. A binding that is to stay belongs to no guest. Or the current guest has no
 * binding for a port of the instance, or has one whose desired state is unplugged.
 */
export const bindings = (parts: ConductorParts): Auditor => ({
  kinds: ['binding-without-guest', 'port-unbound'],
  settleMs: 5_000,
  everyMs: 60_000,
  look: async () => [...(await withoutGuest(parts)), ...(await unbound(parts))],
});

async function withoutGuest(parts: ConductorParts): Promise<readonly Difference[]> {
  const rows = await bindingsWithoutGuest(parts.database.read);
  return rows.map(({ id, guestId, portId: port, instanceUuid: uuid }) => ({
    kind: 'binding-without-guest',
    subject: id,
    message: `port ${port} of ${uuid} is bound to a guest that does not exist`,
    advice: 'none: the port is unplugged',
    repair: () => unplug(parts, guestId, uuid),
  }));
}

async function unplug(parts: ConductorParts, guestId: string, uuid: string): Promise<boolean> {
  const gone = await parts.database.transaction(async (tx) => {
    if ((await guestExists(tx, guestId)) || (await isBusy(tx, uuid))) return [];
    await setDesiredBindings(tx, [guestId], { present: false, leaving: true }, parts.clock.now());
    return bindingsOfGuests(tx, [guestId]);
  });
  parts.agents.wakeEach(gone, (binding) => binding.networkAgentId);
  return gone.length > 0;
}

async function unbound(parts: ConductorParts): Promise<readonly Difference[]> {
  const { read } = parts.database;
  return (await idleWithFewerBindings(read)).flatMap((row): Difference[] => {
    const ports = missing(row).map(({ definition }) => definition.port.id);
    if (ports.length === 0) return [];
    return [
      {
        kind: 'port-unbound',
        subject: row.instanceUuid,
        message: `not bound to its guest on host ${row.host}: port ${ports.join(', ')}`,
        advice: 'none: the ports are bound; a guest that started in between has them after a hard reboot',
        repair: () => bind(parts, row.instanceUuid),
      },
    ];
  });
}

function missing({ build, bound, guestId, hostId, epoch }: FewerBindings): readonly NewBinding[] {
  const there = new Set(bound?.split(',') ?? []);
  const expected = bindingsFor(fromJson<InstanceBuild>(build), guestId, hostId, epoch);
  return expected.filter(({ definition }) => !there.has(definition.port.id));
}

async function bind(parts: ConductorParts, uuid: string): Promise<boolean> {
  const now = parts.clock.now();
  const made = await parts.database.transaction(async (tx) => {
    const row = await lockInstanceRow(tx, uuid);
    if (row === null || row.operationId !== null || (await isBusy(tx, uuid))) return [];
    const fewer = await fewerBindingsOf(tx, uuid);
    if (fewer === null) return [];
    const gaps = missing(fewer);
    const ports = gaps.map(({ definition }) => definition.port.id);
    if (ports.length === 0) return [];
    // A binding that exists becomes desired again; the others are inserted.
    const bound = await plugAgain(tx, fewer.guestId, ports, now);
    await insertBindings(
      tx,
      gaps.filter(({ definition }) => !bound.has(definition.port.id)),
      now,
    );
    return bindingsOfGuests(tx, [fewer.guestId]);
  });
  parts.agents.wakeEach(made, (binding) => binding.networkAgentId);
  return made.length > 0;
}
