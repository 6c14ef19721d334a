import { sql } from 'kysely';
import { fromJson, toJson } from '#platform/database/json-column.ts';
import type { Network, Port } from '#platform/objects/network.ts';
import type { DesiredBinding, PortOnHost } from '#platform/objects/port-binding.ts';
import type { TrafficLimits } from '#platform/objects/traffic-limits.ts';
import type { CellReader, CellTx } from '../cell-database.ts';
import { cellRows } from '../cell-row.ts';
import { newGeneration } from './new-generation.ts';

export interface NewBinding {
  readonly id: string;
  readonly guestId: string;
  readonly instanceUuid: string;
  readonly hostId: string;
  readonly epoch: number;
  readonly definition: {
    readonly port: Port;
    readonly network: Network;
    readonly hostname: string;
    /** Of a subport. */
    readonly parent?: NonNullable<DesiredBinding['parent']>;
    /** Of the flavor of the guest; left out: none. */
    readonly limits?: TrafficLimits;
  };
  /** Plugged at once; true when absent. */
  readonly present?: boolean;
}

export async function insertBindings(tx: CellTx, bindings: readonly NewBinding[], now: number): Promise<void> {
  if (bindings.length === 0) return;
  await tx
    .insertInto('port_bindings')
    .values(
      bindings.map(({ id, guestId, instanceUuid, hostId, epoch, definition, present = true }) => ({
        id,
        port_id: definition.port.id,
        parent_port_id: definition.parent?.portId ?? null,
        guest_id: guestId,
        instance_uuid: instanceUuid,
        host_id: hostId,
        network_id: definition.network.id,
        address: definition.port.fixedIps[0]?.address ?? null,
        epoch,
        generation: 1,
        present: present ? 1 : 0,
        leaving: 0,
        definition: toJson(definition),
        settled: 0,
        error: null,
        errors: 0,
        changed_at: now,
      })),
    )
    .execute();
}

/** Sets the desired state of these guests' ports: plugged or not; `leaving`: unplugged for good. */
export async function setDesiredBindings(
  tx: CellTx,
  guestIds: readonly string[],
  desired: { readonly present: boolean; readonly leaving: boolean },
  now: number,
): Promise<void> {
  if (guestIds.length === 0) return;
  await tx
    .updateTable('port_bindings')
    .set({
      present: desired.present ? 1 : 0,
      leaving: desired.leaving ? 1 : 0,
      ...newGeneration(now),
    })
    .where('guest_id', 'in', guestIds)
    .where('leaving', '=', 0)
    .execute();
}

/** Unplugs one port of a guest for good, and its subports. */
export async function removeBinding(tx: CellTx, guestId: string, portId: string, now: number): Promise<void> {
  await tx
    .updateTable('port_bindings')
    .set({ present: 0, leaving: 1, ...newGeneration(now) })
    .where('guest_id', '=', guestId)
    .where((eb) => eb.or([eb('port_id', '=', portId), eb('parent_port_id', '=', portId)]))
    .where('leaving', '=', 0)
    .execute();
}

/**
 * Passes the ports of one guest to another on the same host. Nothing changes for the network agent but the limits of the flavor, of which it is to
 * be told after the commit.
 */
export async function handOverBindings(
  tx: CellTx,
  from: string,
  to: string,
  limits: TrafficLimits | undefined,
  now: number,
): Promise<void> {
  const rows = await tx
    .selectFrom('port_bindings')
    .select(['id', 'definition'])
    .where('guest_id', '=', from)
    .where('leaving', '=', 0)
    .orderBy('id')
    .execute();
  for (const { id, definition } of rows) {
    const { limits: before, ...others } = fromJson<NewBinding['definition']>(definition);
    const after = { ...others, ...(limits === undefined ? {} : { limits }) };
    const isSame = toJson(before ?? null) === toJson(limits ?? null);
    await tx
      .updateTable('port_bindings')
      .set({ guest_id: to, ...(isSame ? {} : { definition: toJson(after), ...newGeneration(now) }) })
      .where('id', '=', id)
      .execute();
  }
}

export interface BindingOnHost {
  readonly id: string;
  readonly guestId: string;
  readonly hostId: string;
  readonly portId: string;
  /** Of a subport. */
  readonly parentPortId: string | null;
  readonly present: boolean;
  readonly leaving: boolean;
  readonly settled: boolean;
  readonly error: string | null;
  readonly errors: number;
  readonly hostUp: boolean;
  readonly networkAgentId: string | null;
}

const selectBindingsOnHosts = (read: CellReader) =>
  read
    .selectFrom('port_bindings')
    .innerJoin('hosts', 'hosts.id', 'port_bindings.host_id')
    .select(['port_bindings.id', 'port_bindings.guest_id', 'port_bindings.host_id', 'port_bindings.present'])
    .select(['port_bindings.port_id', 'port_bindings.parent_port_id'])
    .select(['port_bindings.leaving', 'port_bindings.settled', 'port_bindings.error', 'port_bindings.errors'])
    .select(['hosts.up as host_up', 'hosts.network_agent_id']);

export async function bindingsOf(read: CellReader, instanceUuid: string): Promise<readonly BindingOnHost[]> {
  return cellRows(await selectBindingsOnHosts(read).where('port_bindings.instance_uuid', '=', instanceUuid).execute());
}

export async function bindingsOfGuests(
  read: CellReader,
  guestIds: readonly string[],
): Promise<readonly BindingOnHost[]> {
  if (guestIds.length === 0) return [];
  return cellRows(await selectBindingsOnHosts(read).where('port_bindings.guest_id', 'in', guestIds).execute());
}

/** Where these ports are plugged. */
export async function portsOnHosts(read: CellReader, portIds: readonly string[]): Promise<readonly PortOnHost[]> {
  if (portIds.length === 0) return [];
  const rows = await read
    .selectFrom('port_bindings')
    .innerJoin('hosts', 'hosts.id', 'port_bindings.host_id')
    .leftJoin('agents', 'agents.id', 'hosts.network_agent_id')
    .select(['port_bindings.port_id', 'port_bindings.settled', 'port_bindings.error'])
    .select(['hosts.name', 'hosts.enforces_groups', 'hosts.tags_frames', 'agents.up'])
    .where('port_bindings.port_id', 'in', portIds)
    .where('port_bindings.present', '=', 1)
    .execute();
  return rows.map(({ port_id, name, up, enforces_groups, tags_frames, settled, error }) => ({
    portId: port_id,
    hostName: name,
    up: up === 1,
    enforcesGroups: enforces_groups === 1,
    settled: settled === 1,
    error,
    ...(tags_frames === null ? {} : { tagsFrames: tags_frames === 1 }),
  }));
}

/** Bindings whose wake-up may have been lost: not settled and without a report since, on hosts that are up. */
export async function overdueBindings(
  read: CellReader,
  since: number,
  limit: number,
): Promise<readonly BindingOnHost[]> {
  const rows = await selectBindingsOnHosts(read)
    .where('port_bindings.settled', '=', 0)
    .where('port_bindings.changed_at', '<', since)
    .where('hosts.up', '=', 1)
    .limit(limit)
    .execute();
  return cellRows(rows);
}

export async function desiredBindings(
  read: CellReader,
  agentId: string,
  ids: readonly string[] | null,
  unsettledOnly: boolean,
): Promise<DesiredBinding[]> {
  if (ids?.length === 0) return [];
  let query = read
    .selectFrom('port_bindings')
    .innerJoin('hosts', 'hosts.id', 'port_bindings.host_id')
    .select(['port_bindings.id', 'port_bindings.guest_id', 'port_bindings.instance_uuid', 'port_bindings.epoch'])
    .select([
      'port_bindings.generation',
      'port_bindings.present',
      'port_bindings.definition',
      'hosts.name as host_name',
    ])
    .where('hosts.network_agent_id', '=', agentId);
  if (ids !== null) query = query.where('port_bindings.id', 'in', ids);
  if (unsettledOnly) query = query.where('port_bindings.settled', '=', 0);
  return (await query.execute()).map((row) => ({
    bindingId: row.id,
    hostName: row.host_name,
    guestId: row.guest_id,
    instanceUuid: row.instance_uuid,
    epoch: row.epoch,
    generation: row.generation,
    present: row.present === 1,
    ...fromJson<NewBinding['definition']>(row.definition),
  }));
}

/** Of an agent of either kind; of network agents that never had a key of their own; or any. */
type HostsToSearch = { readonly ofAgent: string } | 'of agents with the shared key' | 'any';

/** The instance that has this address on this network, on one of these hosts. */
export async function instanceAt(
  read: CellReader,
  hosts: HostsToSearch,
  networkId: string,
  address: string,
): Promise<string | null> {
  let query = read
    .selectFrom('port_bindings')
    .innerJoin('hosts', 'hosts.id', 'port_bindings.host_id')
    .select('port_bindings.instance_uuid')
    .where('port_bindings.network_id', '=', networkId)
    .where('port_bindings.address', '=', address)
    .where('port_bindings.present', '=', 1);
  if (hosts === 'of agents with the shared key') {
    query = query.where(
      sql<boolean>`hosts.network_agent_id IS NOT NULL AND NOT EXISTS (
        SELECT 1 FROM enrolled_agents WHERE enrolled_agents.agent_id = hosts.network_agent_id)`,
    );
  } else if (hosts !== 'any') {
    const { ofAgent } = hosts;
    query = query.where((eb) =>
      eb.or([eb('hosts.network_agent_id', '=', ofAgent), eb('hosts.compute_agent_id', '=', ofAgent)]),
    );
  }
  return (await query.executeTakeFirst())?.instance_uuid ?? null;
}
