import type { Auditor, Difference } from '#platform/audit/auditor.ts';
import {
  addressesWithoutPort,
  groupMembersWithoutServer,
  portsWithoutServer,
  releaseAddressesOf,
} from '#platform/directory/stores/audits/leftovers.ts';
import { lockHome } from '#platform/directory/stores/homes/get-homes.ts';
import { removeGroupMember } from '#platform/directory/stores/server-groups.ts';
import { releaseInstancePorts } from '#platform/directory/stores/server-ports.ts';
import type { GlobalDeps } from '../deps.ts';

type Deps = Pick<GlobalDeps, 'directory'>;

/**
 * Something is left by a server if it is of one that is deleted, or that never was: a port, a place in a server group; and an address is
 * left if its port is gone.
 */
export const leftByServers = (deps: Deps): Auditor => ({
  kinds: ['port-of-nobody', 'group-member-gone', 'address-of-nobody'],
  settleMs: 5_000,
  look: async () => [...(await ports(deps)), ...(await members(deps)), ...(await addresses(deps))],
});

async function ports({ directory }: Deps): Promise<readonly Difference[]> {
  const rows = await portsWithoutServer(directory.read);
  return rows.map(({ id, deviceId: server, state }) => ({
    kind: 'port-of-nobody',
    subject: id,
    message: `port ${id} belongs to server ${server}, which ${state === null ? 'the directory does not know' : 'is deleted'}`,
    ...(state === null
      ? { advice: `an admin may have made it so; otherwise: openstack port unset --device ${id}` }
      : { advice: 'none: it is released', repair: () => release(directory, server) }),
  }));
}

const release = (directory: Deps['directory'], server: string): Promise<boolean> =>
  directory.transaction(async (tx) => {
    const home = await lockHome(tx, server);
    if (home?.state !== 'deleted') return false;
    await releaseInstancePorts(tx, server);
    return true;
  });

async function members({ directory }: Deps): Promise<readonly Difference[]> {
  const rows = await groupMembersWithoutServer(directory.read);
  return rows.map(({ instanceUuid: server, groupUuid: group }) => ({
    kind: 'group-member-gone',
    subject: server,
    message: `server ${server} is in server group ${group}, and does not exist any more`,
    advice: 'none: it is taken out',
    repair: () =>
      directory.transaction(async (tx) => {
        const home = await lockHome(tx, server);
        if (home !== null && home.state !== 'deleted') return false;
        await removeGroupMember(tx, server);
        return true;
      }),
  }));
}

async function addresses({ directory }: Deps): Promise<readonly Difference[]> {
  const ports = await addressesWithoutPort(directory.read);
  return ports.map((port) => ({
    kind: 'address-of-nobody',
    subject: port,
    message: `addresses are allocated to port ${port}, which does not exist any more`,
    advice: 'none: they are released',
    repair: () => directory.transaction((tx) => releaseAddressesOf(tx, port)),
  }));
}
