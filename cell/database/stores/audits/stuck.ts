import { POWER_STATE } from '#platform/states/power-state.ts';
import type { CellReader } from '../../cell-database.ts';
import { idleDifferences } from './unfinished.ts';

/** A row is stuck if it is not settled since before `since` (ms since the epoch), or after `errors` errors in a row. */
interface StuckBounds {
  readonly since: number;
  readonly errors: number;
}

/** Guests of idle instances that are to stay, and that are settled although their agent reports that nothing of them exists. */
export const missingGuests = idleDifferences((read: CellReader) =>
  read
    .selectFrom('guests')
    .innerJoin('hosts', 'hosts.id', 'guests.host_id')
    .select(['guests.id', 'guests.instance_uuid', 'guests.power', 'hosts.name as host'])
    .where('guests.settled', '=', 1)
    .where('guests.found_power', '=', POWER_STATE.none)
    .where('guests.power', '!=', 'absent'),
);

/** Guests of idle instances that have not reached their desired state although their agent answers. */
export const stuckGuests = idleDifferences((read: CellReader, { since, errors }: StuckBounds) =>
  read
    .selectFrom('guests')
    .innerJoin('hosts', 'hosts.id', 'guests.host_id')
    .select(['guests.id', 'guests.instance_uuid', 'guests.role', 'guests.power', 'guests.error', 'hosts.name as host'])
    .where('guests.settled', '=', 0)
    .where('hosts.up', '=', 1)
    // An agent that fails keeps reporting, so the time of its last report says nothing.
    .where((eb) => eb.or([eb('guests.changed_at', '<', since), eb('guests.errors', '>=', errors)])),
);

/** The same for bindings. */
export const stuckBindings = idleDifferences((read: CellReader, { since, errors }: StuckBounds) =>
  read
    .selectFrom('port_bindings')
    .innerJoin('hosts', 'hosts.id', 'port_bindings.host_id')
    .select(['port_bindings.id', 'port_bindings.instance_uuid', 'port_bindings.port_id', 'port_bindings.present'])
    .select(['port_bindings.error', 'hosts.name as host'])
    .where('port_bindings.settled', '=', 0)
    .where('hosts.up', '=', 1)
    .where((eb) => eb.or([eb('port_bindings.changed_at', '<', since), eb('port_bindings.errors', '>=', errors)])),
);

/** Idle instances that a move brought here or took away. */
export const lingeringInstances = idleDifferences((read: CellReader) =>
  read
    .selectFrom('instances')
    .select(['uuid as instance_uuid', 'presence', 'epoch'])
    .where('presence', '!=', 'here')
    .where('deleted_at', 'is', null)
    .where('operation_id', 'is', null),
);
