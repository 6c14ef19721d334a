import { sql } from 'kysely';
import type { Auditor, Difference } from '#platform/audit/auditor.ts';
import { fromJson } from '#platform/database/json-column.ts';
import { POWER_STATE } from '#platform/states/power-state.ts';
import type { ConductorParts } from '../parts.ts';
import { atRest, MOST } from './under-way.ts';

/** What an agent has not brought about after so long does not come by waiting, ms. */
const STUCK_MS = 300_000;

/**
 * A copy is missing if its agent has said that all is as wanted, and that nothing is there, though it is not wanted gone. A copy or a
 * binding is stuck if its agent, which answers, has not brought about what is wanted for five minutes, and nobody works at the
 * instance. An instance lingers if a move brought it or took it away, and no move is under way any more.
 */
export const stuck = (parts: ConductorParts): Auditor => ({
  kinds: ['copy-missing', 'copy-stuck', 'binding-stuck', 'instance-lingering'],
  settleMs: 10_000,
  look: async () => [
    ...(await missingCopies(parts)),
    ...(await stuckCopies(parts)),
    ...(await stuckBindings(parts)),
    ...(await lingering(parts)),
  ],
});

async function missingCopies({ database: { read } }: ConductorParts): Promise<readonly Difference[]> {
  const rows = await read
    .selectFrom('guests')
    .innerJoin('hosts', 'hosts.id', 'guests.host_id')
    .select(['guests.id', 'guests.instance_uuid', 'guests.power', 'hosts.name as host'])
    .where('guests.settled', '=', 1)
    .where('guests.found_power', '=', POWER_STATE.none)
    .where('guests.power', '!=', 'absent')
    .limit(MOST)
    .execute();
  return (await atRest(read, rows)).map(({ id, instance_uuid: uuid, power, host }) => ({
    kind: 'copy-missing',
    subject: id,
    message: `the copy of ${uuid} on host ${host} is wanted ${power}, and its agent says that nothing of it is there`,
    advice: 'its disks are lost; restore them in the guest folder of the host, or delete the server',
  }));
}

const reasonOf = (error: string | null): string =>
  error === null ? 'nothing is heard' : fromJson<{ message: string }>(error).message;

async function stuckCopies({ database: { read }, clock }: ConductorParts): Promise<readonly Difference[]> {
  const rows = await read
    .selectFrom('guests')
    .innerJoin('hosts', 'hosts.id', 'guests.host_id')
    .select(['guests.id', 'guests.instance_uuid', 'guests.role', 'guests.power', 'guests.error', 'hosts.name as host'])
    .where('guests.settled', '=', 0)
    .where('hosts.up', '=', 1)
    // An agent that fails reports again and again, so its reports say nothing of how long.
    .where((eb) =>
      eb.or([eb('guests.changed_at', '<', clock.now() - STUCK_MS), eb('guests.errors', '>=', MANY_ERRORS)]),
    )
    .limit(MOST)
    .execute();
  return (await atRest(read, rows)).map(({ id, instance_uuid: uuid, role, power, error, host }) => ({
    kind: 'copy-stuck',
    subject: id,
    message: `the ${role} copy of ${uuid} on host ${host} does not become ${power}: ${reasonOf(error)}`,
    advice: 'see the log of the compute agent of the host; it goes on trying',
  }));
}

/** With the agents' back-off some minutes. */
const MANY_ERRORS = 10;

async function stuckBindings({ database: { read }, clock }: ConductorParts): Promise<readonly Difference[]> {
  const rows = await read
    .selectFrom('port_bindings')
    .innerJoin('hosts', 'hosts.id', 'port_bindings.host_id')
    .select(['port_bindings.id', 'port_bindings.instance_uuid', 'port_bindings.port_id', 'port_bindings.present'])
    .select(['port_bindings.error', 'hosts.name as host'])
    .where('port_bindings.settled', '=', 0)
    .where('hosts.up', '=', 1)
    .where((eb) =>
      eb.or([
        eb('port_bindings.changed_at', '<', clock.now() - STUCK_MS),
        eb('port_bindings.errors', '>=', MANY_ERRORS),
      ]),
    )
    .limit(MOST)
    .execute();
  return (await atRest(read, rows)).map(({ id, instance_uuid: uuid, port_id: port, present, error, host }) => ({
    kind: 'binding-stuck',
    subject: id,
    message: `port ${port} of ${uuid} is not ${present === 1 ? 'plugged' : 'unplugged'} on host ${host}: ${reasonOf(error)}`,
    advice: 'see the log of the network agent of the host; it goes on trying',
  }));
}

async function lingering({ database: { read } }: ConductorParts): Promise<readonly Difference[]> {
  const rows = await read
    .selectFrom('instances')
    .select(['uuid as instance_uuid', 'presence', 'epoch'])
    .where('presence', '!=', 'here')
    .where('deleted_at', 'is', null)
    .where(sql<boolean>`operation_id IS NULL`)
    .limit(MOST)
    .execute();
  return (await atRest(read, rows)).map(({ instance_uuid: uuid, presence, epoch }) => ({
    kind: 'instance-lingering',
    subject: uuid,
    message: `a move has ${presence === 'left' ? 'taken it away' : 'brought it'} (epoch ${epoch}), and none is under way any more`,
    advice:
      'it is in no list; see where the server lives now (volvox operation list --server), and tell us how this came',
  }));
}
