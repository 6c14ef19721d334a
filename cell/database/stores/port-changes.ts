import { fromJson, toJson } from '#platform/database/json-column.ts';
import { changedMeanwhile } from '#platform/errors/changed-meanwhile.ts';
import { changedPorts, groupsOfPorts, isSamePort } from '#platform/objects/changed-ports.ts';
import type { InstanceBuild } from '#platform/objects/instance-build.ts';
import type { PortChange } from '#platform/objects/network.ts';
import { loadedBuild } from '#platform/objects/user-data.ts';
import type { CellTx } from '../cell-database.ts';
import { portWrites, writeAtVersion } from './instances.ts';
import { newGeneration } from './new-generation.ts';
import type { NewBinding } from './port-bindings.ts';
import { changeSubports } from './subport-bindings.ts';

/** A binding with another desired state, and the agent that must hear of it. */
export interface ChangedBinding {
  readonly id: string;
  readonly networkAgentId: string | null;
}

/** The build with its ports as the changes make them; null: all of them are as they were. */
function withChangedPorts(build: InstanceBuild, changes: readonly PortChange[]): InstanceBuild | null {
  const ports = changedPorts(build.ports, changes);
  if (ports.every((port, at) => isSamePort(port, build.ports[at] ?? port))) return null;
  return { ...build, ports, securityGroups: groupsOfPorts(ports, build.securityGroups) };
}

/**
 * Changes the records of these servers. Those that are not here stay as they are. @throws VolvoxError conflict when somebody changes one of them at
 * the same moment; then the call is to be repeated.
 */
export async function changePortsOfInstances(
  tx: CellTx,
  changes: ReadonlyMap<string, readonly PortChange[]>,
  now: number,
): Promise<void> {
  if (changes.size === 0) return;
  const rows = await tx
    .selectFrom('instances')
    .select(['uuid', 'version', 'build', 'user_data'])
    .where('uuid', 'in', [...changes.keys()])
    .where('presence', '=', 'here')
    .where('deleted_at', 'is', null)
    .execute();
  for (const { uuid, version, build, user_data } of rows) {
    const changed = withChangedPorts(loadedBuild({ build, userData: user_data }), changes.get(uuid) ?? []);
    if (changed === null) continue;
    if (!(await writeAtVersion(tx, uuid, version, portWrites(changed), now)))
      throw changedMeanwhile(`Instance ${uuid}`);
  }
}

/**
 * The desired state of the ports on their hosts is as the changes say. @returns the bindings of which something is different; their agents are
 * to be woken after the commit.
 */
export async function changeBindings(
  tx: CellTx,
  changes: readonly PortChange[],
  now: number,
): Promise<readonly ChangedBinding[]> {
  if (changes.length === 0) return [];
  const rows = await tx
    .selectFrom('port_bindings')
    .innerJoin('hosts', 'hosts.id', 'port_bindings.host_id')
    .select(['port_bindings.id', 'port_bindings.definition', 'port_bindings.guest_id', 'port_bindings.instance_uuid'])
    .select(['port_bindings.host_id', 'port_bindings.epoch', 'port_bindings.present', 'hosts.network_agent_id'])
    .where(
      'port_bindings.port_id',
      'in',
      changes.map(({ id }) => id),
    )
    .where('port_bindings.leaving', '=', 0)
    .orderBy('port_bindings.id')
    .execute();
  const changed: ChangedBinding[] = [];
  for (const { id, definition, network_agent_id, ...row } of rows) {
    const before = fromJson<NewBinding['definition']>(definition);
    const [port = before.port] = changedPorts([before.port], changes);
    if (isSamePort(port, before.port)) continue;
    await tx
      .updateTable('port_bindings')
      .set({
        definition: toJson({ ...before, port }),
        address: port.fixedIps[0]?.address ?? null,
        ...newGeneration(now),
      })
      .where('id', '=', id)
      .where('leaving', '=', 0)
      .execute();
    changed.push({ id, networkAgentId: network_agent_id });
    const at = {
      ...{ guestId: row.guest_id, instanceUuid: row.instance_uuid, hostId: row.host_id, epoch: row.epoch },
      present: row.present === 1,
      ofServer: { hostname: before.hostname, ...(before.limits === undefined ? {} : { limits: before.limits }) },
    };
    const subports = await changeSubports(tx, { port, at }, now);
    changed.push(...subports.map((subport) => ({ id: subport, networkAgentId: network_agent_id })));
  }
  return changed;
}
