import { randomUUID } from 'node:crypto';
import { sqlTime } from '../../database/json-column.ts';
import { VolvoxError } from '../../errors/volvox-error.ts';
import { notDnsName } from '../../objects/dns-name.ts';
import { formatIp, parseIp } from '../../objects/ip-address.ts';
import type { FixedIp, Network, Port, Subport } from '../../objects/network.ts';
import type { DirectoryTx } from '../directory.ts';
import { takeLowest } from './addresses.ts';
import { type Allocation, allocateNamed, insertAllocations } from './allocations.ts';
import { lockNetworks } from './networks.ts';
import { deletePorts, insertPorts, type NewPortRecord, type PortRecord, randomMac } from './ports.ts';
import type { ResolvedEntry } from './server-networks.ts';
import { followParents, parentsAmong, subportsOfParents } from './subports-of-servers.ts';

interface ServerPortsRequest {
  readonly projectId: string;
  /** One for each server that is made; all get the same networks. */
  readonly instanceUuids: readonly string[];
  readonly entries: readonly ResolvedEntry[];
  readonly securityGroupIds: readonly string[];
  /** Host names of the servers, in their order: ports that are made for them have these names. Absent: none. */
  readonly hostnames?: readonly string[];
  /** ISO 8601. */
  readonly now: string;
}

type Draft = {
  readonly entry: ResolvedEntry;
  readonly instanceUuid: string;
  readonly portId: string;
  fixedIps: FixedIp[];
};

/**
 * Makes (or takes, where the user brought one) the ports of new servers inside the accepting transaction: a bounded number of
 * statements, however many servers. @returns the ports of each server, in the order of the entries.
 * @throws VolvoxError invalid (an address is in use, no address is left), conflict (a port is in use, or was changed since it was
 * looked up), not-found (a network has gone).
 */
export async function createServerPorts(
  tx: DirectoryTx,
  request: ServerPortsRequest,
): Promise<readonly (readonly Port[])[]> {
  await lockNetworks(
    tx,
    request.entries.map((entry) => entry.network.id),
  );
  const drafts = request.instanceUuids.map((instanceUuid) =>
    request.entries.map(
      (entry): Draft => ({ entry, instanceUuid, portId: entry.port?.id ?? randomUUID(), fixedIps: [] }),
    ),
  );
  const fresh = drafts.flat().filter((draft) => draft.entry.port === null);
  await takeNamedAddresses(tx, fresh).catch(addressInUse);
  await takeAnyAddresses(tx, fresh);
  const rows = await insertPorts(
    tx,
    fresh.map((draft) => recordOf(draft, request)),
  );
  const macs = new Map(rows.map((row) => [row.id, row.mac]));
  for (const { entry, instanceUuid } of drafts.flat()) {
    if (entry.port !== null) await takePort(tx, entry.port, instanceUuid, request.now);
  }
  const brought = request.entries.flatMap(({ port }) => port?.id ?? []);
  await followParents(tx, brought, true);
  const subports = await subportsOfParents(tx, brought);
  return drafts.map((own) =>
    own.map((draft) => ({
      ...portOf(draft, macs.get(draft.portId), request.securityGroupIds),
      ...asMember(subports.get(draft.portId)),
    })),
  );
}

const asMember = (subports: readonly Subport[] | undefined): Pick<Port, 'subports'> =>
  subports === undefined ? {} : { subports: [...subports] };

/** Ends what an instance holds: ports made for it are deleted with their addresses, ports that the user brought are free again. */
export async function releaseInstancePorts(tx: DirectoryTx, instanceUuid: string): Promise<void> {
  const ports = await tx
    .selectFrom('ports')
    .select(['id', 'made_for_device'])
    .where('device_id', '=', instanceUuid)
    .forUpdate()
    .execute();
  await endPorts(tx, ports);
}

/** The same for one port of an instance. Nothing happens when it is not the instance's any more. */
export async function releaseInstancePort(tx: DirectoryTx, instanceUuid: string, portId: string): Promise<void> {
  const port = await tx
    .selectFrom('ports')
    .select(['id', 'made_for_device'])
    .where('id', '=', portId)
    .where('device_id', '=', instanceUuid)
    .forUpdate()
    .executeTakeFirst();
  if (port !== undefined) await endPorts(tx, [port]);
}

/** The parent of a trunk stays, as a port that a user brought does. */
async function endPorts(
  tx: DirectoryTx,
  ports: readonly { readonly id: string; readonly made_for_device: number }[],
): Promise<void> {
  const parents = await parentsAmong(
    tx,
    ports.map(({ id }) => id),
  );
  const goes = (port: (typeof ports)[number]) => port.made_for_device === 1 && !parents.has(port.id);
  await deletePorts(
    tx,
    ports.filter(goes).map(({ id }) => id),
  );
  await freePorts(
    tx,
    ports.filter((port) => !goes(port)).map(({ id }) => id),
  );
}

/** Ports that a user brought are nobody's again. */
async function freePorts(tx: DirectoryTx, ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return;
  await tx
    .updateTable('ports')
    .set((eb) => ({
      ...{ device_id: '', device_owner: '', status: 'DOWN', made_for_device: 0, announced: 0 },
      revision: eb('revision', '+', 1),
    }))
    .where('id', 'in', ids)
    .execute();
  await followParents(tx, ids, false);
}

async function takeNamedAddresses(tx: DirectoryTx, drafts: readonly Draft[]): Promise<void> {
  const named = drafts.filter(({ entry }) => entry.fixedIp !== null);
  for (const draft of named) if (draft.entry.fixedIp !== null) draft.fixedIps = [draft.entry.fixedIp];
  await allocateNamed(tx, named.flatMap(allocationsOf));
}

/** One address of each version that the network has, from the first of its subnets with a free one. */
async function takeAnyAddresses(tx: DirectoryTx, drafts: readonly Draft[]): Promise<void> {
  const open = drafts.filter((draft) => draft.entry.fixedIp === null);
  const networks = new Map(open.map((draft) => [draft.entry.network.id, draft.entry.network]));
  for (const network of [...networks.values()].sort((a, b) => (a.id < b.id ? -1 : 1))) {
    const waiting = open.filter((draft) => draft.entry.network.id === network.id);
    for (const version of [4, 6] as const) {
      const subnets = network.subnets.filter((subnet) => subnet.ipVersion === version);
      if (subnets.length === 0) continue;
      const found: FixedIp[] = [];
      for (const subnet of subnets) {
        if (found.length === waiting.length) break;
        const taken = await takeLowest(tx, subnet.id, version, waiting.length - found.length);
        found.push(...taken.map((address) => ({ subnetId: subnet.id, address: formatIp(version, address) })));
      }
      if (found.length < waiting.length) throw noMoreAddresses(network);
      waiting.forEach((draft, index) => {
        const fixedIp = found[index];
        if (fixedIp !== undefined) draft.fixedIps.push(fixedIp);
      });
    }
  }
  await insertAllocations(tx, open.flatMap(allocationsOf));
}

const noMoreAddresses = (network: Network): VolvoxError =>
  new VolvoxError('invalid', `No fixed IP addresses available for network: ${network.id}`);

function addressInUse(error: unknown): never {
  if (!(error instanceof VolvoxError) || error.kind !== 'conflict') throw error;
  throw new VolvoxError('invalid', `Fixed IP address ${String(error.details.address)} is already in use.`, {
    cause: error,
  });
}

const allocationsOf = (draft: Draft): readonly Allocation[] =>
  draft.fixedIps.map((fixedIp) => ({
    portId: draft.portId,
    version: parseIp(fixedIp.address)?.version ?? (4 as const),
    fixedIp,
  }));

/** The port as it was read: what the server's cell is told of its addresses and groups is what the port has. */
async function takePort(tx: DirectoryTx, port: PortRecord, instanceUuid: string, now: string): Promise<void> {
  const [result] = await tx
    .updateTable('ports')
    .set({
      device_id: instanceUuid,
      device_owner: 'compute:nova',
      status: 'ACTIVE',
      updated_at: sqlTime(now),
      announced: 0,
      revision: port.revision + 1,
    })
    .where('id', '=', port.id)
    .where('device_id', '=', '')
    .where('revision', '=', port.revision)
    .execute();
  if (result?.numUpdatedRows !== 1n) {
    throw new VolvoxError('conflict', `Port ${port.id} is in use, or was changed by somebody else.`);
  }
}

function recordOf(draft: Draft, request: ServerPortsRequest): NewPortRecord {
  const { now } = request;
  return {
    id: draft.portId,
    networkId: draft.entry.network.id,
    projectId: request.projectId,
    name: '',
    description: '',
    mac: randomMac(),
    adminStateUp: true,
    deviceId: draft.instanceUuid,
    deviceOwner: 'compute:nova',
    status: 'ACTIVE',
    fixedIps: draft.fixedIps,
    securityGroupIds: draft.entry.portSecurity ? request.securityGroupIds : [],
    dnsName: nameInDns(request.hostnames?.[request.instanceUuids.indexOf(draft.instanceUuid)]),
    portSecurityEnabled: draft.entry.portSecurity,
    madeForDevice: true,
    tags: [],
    createdAt: now,
    updatedAt: now,
    revision: 1,
  };
}

/** Some host names are none in DNS. */
const nameInDns = (hostname = ''): string => (notDnsName(hostname) === null ? hostname : '');

function portOf(draft: Draft, mac: string | undefined, securityGroupIds: readonly string[]): Port {
  const { port, network, tag, portSecurity } = draft.entry;
  return {
    id: draft.portId,
    networkId: network.id,
    mac: port?.mac ?? mac ?? '',
    fixedIps: port === null ? draft.fixedIps : [...port.fixedIps],
    tag,
    preserveOnDelete: port !== null,
    securityGroupIds: [...(port?.securityGroupIds ?? (portSecurity ? securityGroupIds : []))],
    // Taking a port that the user brought raises its revision (`takePort`).
    revision: port === null ? 1 : port.revision + 1,
  };
}
