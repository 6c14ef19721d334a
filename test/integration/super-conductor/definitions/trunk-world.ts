import { randomUUID } from 'node:crypto';
import type { DirectoryTx } from '#platform/directory/directory.ts';
import { getPort, insertPorts, randomMac, updatePort } from '#platform/directory/stores/ports.ts';
import { deleteSubports, insertSubports, insertTrunk, SUBPORT_OWNER } from '#platform/directory/stores/trunks.ts';
import { timestamp } from '#platform/time/clock.ts';

const ADMIN = { projectId: 'project', isAdmin: true };
const now = timestamp(Date.now());
type Within = <R>(work: (tx: DirectoryTx) => Promise<R>) => Promise<R>;

/** Changes of trunks, as the API makes them. */
export const trunksOf = (within: Within) => ({
  trunk: async (portId: string): Promise<string> => {
    const id = randomUUID();
    await within((tx) =>
      insertTrunk(tx, {
        ...{ id, projectId: 'project', name: '', description: '', adminStateUp: true, portId, status: 'BUILD' },
        ...{ lookedAt: 0, tags: [], createdAt: now, updatedAt: now, revision: 1 },
      }),
    );
    return id;
  },
  /** A port that becomes a subport. */
  subport: async (
    { trunk, parent }: { readonly trunk: string; readonly parent: string },
    {
      networkId,
      groupIds,
      tag,
    }: { readonly networkId: string; readonly groupIds: readonly string[]; readonly tag: number },
  ): Promise<string> => {
    const id = randomUUID();
    await within(async (tx) => {
      await insertPorts(tx, [
        {
          ...{ id, networkId, projectId: 'project', name: '', description: '', mac: randomMac(), adminStateUp: true },
          ...{ deviceId: trunk, deviceOwner: SUBPORT_OWNER, status: 'ACTIVE', dnsName: '', portSecurityEnabled: true },
          ...{ madeForDevice: false, createdAt: now, updatedAt: now, revision: 1, tags: [] },
          ...{ securityGroupIds: groupIds, fixedIps: [{ subnetId: randomUUID(), address: `10.4.0.${tag}` }] },
        },
      ]);
      await insertSubports(tx, trunk, [{ portId: id, segmentationId: tag }]);
      await updatePort(tx, await getPort(tx, ADMIN, parent), { updatedAt: now });
    });
    return id;
  },
  takeSubport: (parent: string, id: string) =>
    within(async (tx) => {
      await deleteSubports(tx, [id]);
      await updatePort(tx, await getPort(tx, ADMIN, id), { deviceId: '', deviceOwner: '' });
      await updatePort(tx, await getPort(tx, ADMIN, parent), { updatedAt: now });
    }),
});
