import type { Auditor, Difference } from '#platform/audit/auditor.ts';
import { lockHome } from '#platform/directory/stores/homes/get-homes.ts';
import { releaseAddresses } from '#platform/directory/stores/ports.ts';
import { removeGroupMember } from '#platform/directory/stores/server-groups.ts';
import { releaseInstancePorts } from '#platform/directory/stores/server-ports.ts';
import type { GlobalDeps } from '../deps.ts';

type Deps = Pick<GlobalDeps, 'directory'>;
const MOST = 500;

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
  const rows = await directory.read
    .selectFrom('ports')
    .leftJoin('instance_homes', 'instance_homes.uuid', 'ports.device_id')
    .select(['ports.id', 'ports.device_id', 'instance_homes.state'])
    .where('ports.device_id', '!=', '')
    .where('ports.device_owner', 'like', 'compute:%')
    .where((eb) => eb.or([eb('instance_homes.uuid', 'is', null), eb('instance_homes.state', '=', 'deleted')]))
    .limit(MOST)
    .execute();
  return rows.map(({ id, device_id: server, state }) => ({
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
  const rows = await directory.read
    .selectFrom('server_group_members')
    .leftJoin('instance_homes', 'instance_homes.uuid', 'server_group_members.instance_uuid')
    .select(['instance_uuid', 'group_uuid'])
    .where((eb) => eb.or([eb('instance_homes.uuid', 'is', null), eb('instance_homes.state', '=', 'deleted')]))
    .limit(MOST)
    .execute();
  return rows.map(({ instance_uuid: server, group_uuid: group }) => ({
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
  const rows = await directory.read
    .selectFrom('address_allocations')
    .leftJoin('ports', 'ports.id', 'address_allocations.port_id')
    .select('address_allocations.port_id')
    .distinct()
    .where('address_allocations.port_id', 'is not', null)
    .where('ports.id', 'is', null)
    .limit(MOST)
    .execute();
  return rows.flatMap(({ port_id: port }): Difference[] =>
    port === null
      ? []
      : [
          {
            kind: 'address-of-nobody',
            subject: port,
            message: `addresses are held for port ${port}, which does not exist any more`,
            advice: 'none: they are given back',
            repair: () =>
              directory.transaction(async (tx) => {
                const row = await tx.selectFrom('ports').select('id').where('id', '=', port).executeTakeFirst();
                if (row !== undefined) return false;
                await releaseAddresses(tx, [port]);
                // Also where the subnet is gone.
                await tx.deleteFrom('address_allocations').where('port_id', '=', port).execute();
                return true;
              }),
          },
        ],
  );
}
