import type { Auditor, Difference } from '#platform/audit/auditor.ts';
import { fromJson } from '#platform/database/json-column.ts';
import {
  stuckBindings as bindingsThatAreStuck,
  missingGuests as guestsThatAreMissing,
  stuckGuests as guestsThatAreStuck,
  lingeringInstances,
} from '../../database/stores/audits/stuck.ts';
import type { ConductorParts } from '../parts.ts';

/** What an agent has not brought about after so long does not come by waiting, ms. */
const STUCK_MS = 300_000;
/** With the agents' back-off some minutes. */
const MANY_ERRORS = 10;
const boundsAt = (now: number) => ({ since: now - STUCK_MS, errors: MANY_ERRORS });

/**
 * A copy is missing if its agent has said that all is as wanted, and that nothing is there, though it is not wanted gone. A copy or a
 * binding is stuck if its agent, which answers, has not brought about what is wanted for five minutes, and nobody works at the
 * instance. An instance lingers if a move brought it or took it away, and no move is under way any more.
 */
export const stuck = (parts: ConductorParts): Auditor => ({
  kinds: ['copy-missing', 'copy-stuck', 'binding-stuck', 'instance-lingering'],
  settleMs: 10_000,
  look: async () => [
    ...(await missingGuests(parts)),
    ...(await stuckGuests(parts)),
    ...(await stuckBindings(parts)),
    ...(await lingering(parts)),
  ],
});

async function missingGuests({ database: { read } }: ConductorParts): Promise<readonly Difference[]> {
  return (await guestsThatAreMissing(read)).map(({ id, instanceUuid: uuid, power, host }) => ({
    kind: 'copy-missing',
    subject: id,
    message: `the copy of ${uuid} on host ${host} is wanted ${power}, and its agent says that nothing of it is there`,
    advice: 'its disks are lost; restore them in the guest folder of the host, or delete the server',
  }));
}

const reasonOf = (error: string | null): string =>
  error === null ? 'nothing is heard' : fromJson<{ message: string }>(error).message;

async function stuckGuests({ database: { read }, clock }: ConductorParts): Promise<readonly Difference[]> {
  return (await guestsThatAreStuck(read, boundsAt(clock.now()))).map(
    ({ id, instanceUuid: uuid, role, power, error, host }) => ({
      kind: 'copy-stuck',
      subject: id,
      message: `the ${role} copy of ${uuid} on host ${host} does not become ${power}: ${reasonOf(error)}`,
      advice: 'see the log of the compute agent of the host; it goes on trying',
    }),
  );
}

async function stuckBindings({ database: { read }, clock }: ConductorParts): Promise<readonly Difference[]> {
  return (await bindingsThatAreStuck(read, boundsAt(clock.now()))).map(
    ({ id, instanceUuid: uuid, portId: port, present, error, host }) => ({
      kind: 'binding-stuck',
      subject: id,
      message: `port ${port} of ${uuid} is not ${present ? 'plugged' : 'unplugged'} on host ${host}: ${reasonOf(error)}`,
      advice: 'see the log of the network agent of the host; it goes on trying',
    }),
  );
}

async function lingering({ database: { read } }: ConductorParts): Promise<readonly Difference[]> {
  return (await lingeringInstances(read)).map(({ instanceUuid: uuid, presence, epoch }) => ({
    kind: 'instance-lingering',
    subject: uuid,
    message: `a move has ${presence === 'left' ? 'taken it away' : 'brought it'} (epoch ${epoch}), and none is under way any more`,
    advice:
      'it is in no list; see where the server lives now (volvox operation list --server), and tell us how this came',
  }));
}
