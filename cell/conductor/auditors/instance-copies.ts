import type { Auditor, Difference } from '#platform/audit/auditor.ts';
import { lockInstanceRow } from '../../database/stores/aside-instances.ts';
import { raiseEpoch } from '../../database/stores/instance-epochs.ts';
import { writeAtVersion } from '../../database/stores/instances.ts';
import type { ConductorParts } from '../parts.ts';
import { atRest, MOST, underWay } from './under-way.ts';

/** In these it has a copy, whatever that does. */
const WITH_COPY = ['active', 'stopped', 'paused', 'suspended', 'resized'] as const;

/**
 * An instance and its copies differ if, while nobody works at it, it has no copy in use, or its copy is of another epoch; or if there is a
 * copy that stays and is of no instance here.
 */
export const instanceCopies = (parts: ConductorParts): Auditor => ({
  kinds: ['instance-copy', 'copy-epoch', 'copy-without-instance'],
  settleMs: 5_000,
  look: async () => [...(await withoutCopy(parts)), ...(await otherEpochs(parts)), ...(await withoutInstance(parts))],
});

async function withoutCopy(parts: ConductorParts): Promise<readonly Difference[]> {
  const { read } = parts.database;
  const rows = await read
    .selectFrom('instances')
    .leftJoin('guests', (join) => join.onRef('guests.id', '=', 'instances.guest_id').on('guests.role', '=', 'current'))
    .select(['instances.uuid as instance_uuid', 'instances.vm_state', 'instances.host'])
    .where('instances.deleted_at', 'is', null)
    .where('instances.presence', '=', 'here')
    .where('instances.operation_id', 'is', null)
    .where('instances.vm_state', 'in', WITH_COPY)
    .where('guests.id', 'is', null)
    .limit(MOST)
    .execute();
  return (await atRest(read, rows)).map(({ instance_uuid: uuid, vm_state: state, host }) => ({
    kind: 'instance-copy',
    subject: uuid,
    message: `it is ${state} on host ${host ?? 'none'}, and has no copy in use`,
    advice:
      'its only other copy is taken where there is one; otherwise look for its guest on the host, or delete the server',
    repair: () => takeOnlyCopy(parts, uuid),
  }));
}

/** @throws while there is no copy, or more than one, so that an operator has to say. */
async function takeOnlyCopy(parts: ConductorParts, uuid: string): Promise<boolean> {
  return parts.database.transaction(async (tx) => {
    const row = await lockInstanceRow(tx, uuid);
    if (row === null || row.operation_id !== null || (await underWay(tx, [uuid])).has(uuid)) return false;
    const copies = await tx
      .selectFrom('guests')
      .innerJoin('hosts', 'hosts.id', 'guests.host_id')
      .select(['guests.id', 'guests.host_id', 'hosts.name', 'hosts.node'])
      .where('guests.instance_uuid', '=', uuid)
      .where('guests.role', '=', 'current')
      .execute();
    const [copy, ...more] = copies;
    if (copy === undefined || more.length > 0) throw new Error(`instance ${uuid} has ${copies.length} copies in use`);
    const placed = { guest_id: copy.id, host_id: copy.host_id, host: copy.name, node: copy.node };
    return writeAtVersion(tx, uuid, row.version, placed, parts.clock.now());
  });
}

async function otherEpochs(parts: ConductorParts): Promise<readonly Difference[]> {
  const { read } = parts.database;
  const rows = await read
    .selectFrom('instances')
    .innerJoin('guests', 'guests.instance_uuid', 'instances.uuid')
    .select(['instances.uuid as instance_uuid', 'instances.epoch', 'guests.id', 'guests.epoch as copy_epoch'])
    .where('instances.deleted_at', 'is', null)
    .where('instances.operation_id', 'is', null)
    .where('guests.role', 'not in', ['leaving', 'aside'])
    .whereRef('guests.epoch', '!=', 'instances.epoch')
    .limit(MOST)
    .execute();
  return (await atRest(read, rows)).map(({ instance_uuid: uuid, epoch, id, copy_epoch: copyEpoch }) => ({
    kind: 'copy-epoch',
    subject: id,
    message: `a copy of ${uuid} is of epoch ${copyEpoch}, the instance of ${epoch}`,
    advice:
      'a lower one is raised; a higher one means that the row of the instance is older than the copy: compare with the directory',
    ...(copyEpoch < epoch ? { repair: () => raiseCopies(parts, uuid) } : {}),
  }));
}

async function raiseCopies(parts: ConductorParts, uuid: string): Promise<boolean> {
  return parts.database.transaction(async (tx) => {
    const row = await lockInstanceRow(tx, uuid);
    if (row === null || row.operation_id !== null || (await underWay(tx, [uuid])).has(uuid)) return false;
    await raiseEpoch(tx, uuid, row.epoch, parts.clock.now());
    return true;
  });
}

async function withoutInstance(parts: ConductorParts): Promise<readonly Difference[]> {
  const { read } = parts.database;
  const rows = await read
    .selectFrom('guests')
    .leftJoin('instances', (join) =>
      join.onRef('instances.uuid', '=', 'guests.instance_uuid').on('instances.deleted_at', 'is', null),
    )
    .innerJoin('hosts', 'hosts.id', 'guests.host_id')
    .select(['guests.id', 'guests.instance_uuid', 'guests.role', 'hosts.name as host'])
    .where('instances.uuid', 'is', null)
    .where('guests.role', 'not in', ['leaving', 'aside'])
    .limit(MOST)
    .execute();
  return (await atRest(read, rows)).map(({ id, instance_uuid: uuid, role, host }) => ({
    kind: 'copy-without-instance',
    subject: id,
    message: `a ${role} copy of ${uuid} is on host ${host}, and the instance is not in this cell`,
    advice:
      'it is kept, because it may be the only one; look where the server lives (volvox server show) before you remove it by hand',
  }));
}
