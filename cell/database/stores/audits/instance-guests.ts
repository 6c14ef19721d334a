import type { CellReader } from '../../cell-database.ts';
import { cellRows } from '../../cell-row.ts';
import { idleDifferences } from './unfinished.ts';

/** An instance in one of these states has a guest, whatever the state of the guest. */
const WITH_GUEST = ['active', 'stopped', 'paused', 'suspended', 'resized', 'soft-delete'] as const;

/** Idle instances that should have a current guest and have none. */
export const instancesWithoutGuest = idleDifferences((read: CellReader) =>
  read
    .selectFrom('instances')
    .leftJoin('guests', (join) => join.onRef('guests.id', '=', 'instances.guest_id').on('guests.role', '=', 'current'))
    .select(['instances.uuid as instance_uuid', 'instances.vm_state', 'instances.host'])
    .where('instances.deleted_at', 'is', null)
    .where('instances.presence', '=', 'here')
    .where('instances.operation_id', 'is', null)
    .where('instances.vm_state', 'in', WITH_GUEST)
    .where('guests.id', 'is', null),
);

/** The current guests of an instance, with their hosts; exactly one, unless something is wrong. */
export const guestsInUse = async (read: CellReader, uuid: string) =>
  cellRows(
    await read
      .selectFrom('guests')
      .innerJoin('hosts', 'hosts.id', 'guests.host_id')
      .select(['guests.id', 'guests.host_id', 'hosts.name', 'hosts.node'])
      .where('guests.instance_uuid', '=', uuid)
      .where('guests.role', '=', 'current')
      .execute(),
  );

/** Guests of idle instances that are to stay and have another epoch than their instance. */
export const guestsOfOtherEpochs = idleDifferences((read: CellReader) =>
  read
    .selectFrom('instances')
    .innerJoin('guests', 'guests.instance_uuid', 'instances.uuid')
    .select(['instances.uuid as instance_uuid', 'instances.epoch', 'guests.id', 'guests.epoch as guest_epoch'])
    .where('instances.deleted_at', 'is', null)
    .where('instances.operation_id', 'is', null)
    .where('guests.role', 'not in', ['leaving', 'aside'])
    .whereRef('guests.epoch', '!=', 'instances.epoch'),
);

/** Guests that are to stay and whose instance has no row here. */
export const guestsWithoutInstance = idleDifferences((read: CellReader) =>
  read
    .selectFrom('guests')
    .leftJoin('instances', (join) =>
      join.onRef('instances.uuid', '=', 'guests.instance_uuid').on('instances.deleted_at', 'is', null),
    )
    .innerJoin('hosts', 'hosts.id', 'guests.host_id')
    .select(['guests.id', 'guests.instance_uuid', 'guests.role', 'hosts.name as host'])
    .where('instances.uuid', 'is', null)
    .where('guests.role', 'not in', ['leaving', 'aside']),
);
