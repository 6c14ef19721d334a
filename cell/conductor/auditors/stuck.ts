import type { Auditor, Difference } from '#platform/audit/auditor.ts';
import { fromJson } from '#platform/database/json-column.ts';
import {
  stuckBindings as bindingsThatAreStuck,
  missingGuests as guestsThatAreMissing,
  stuckGuests as guestsThatAreStuck,
  lingeringInstances,
} from '../../database/stores/audits/stuck.ts';
import type { ConductorParts } from '../parts.ts';

/** A change that takes an agent longer than this does not come by waiting, ms. */
const STUCK_MS = 300_000;
/** With the agents' back-off, so many errors in a row take some minutes. */
const MANY_ERRORS = 10;
const boundsAt = (now: number) => ({ since: now - STUCK_MS, errors: MANY_ERRORS });

/**
 * A guest is missing if its agent has settled it and reports that nothing of it exists, though its desired state is not absent. A guest or
 * a binding of an idle instance is stuck if its agent answers, and has not reached the desired state for five minutes. An instance
 * lingers if a move brought it or took it away, and no move is in progress any more.
 */
export const stuck = (parts: ConductorParts): Auditor => ({
  kinds: ['guest-missing', 'guest-stuck', 'binding-stuck', 'instance-lingering'],
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
    kind: 'guest-missing',
    subject: id,
    message: `the guest of ${uuid} on host ${host} should be ${power}, and its agent reports that nothing of it exists`,
    advice: 'its disks are lost; restore them in the guest folder of the host, or delete the server',
  }));
}

const reasonOf = (error: string | null): string =>
  error === null ? 'its agent reports no error' : fromJson<{ message: string }>(error).message;

async function stuckGuests({ database: { read }, clock }: ConductorParts): Promise<readonly Difference[]> {
  return (await guestsThatAreStuck(read, boundsAt(clock.now()))).map(
    ({ id, instanceUuid: uuid, role, power, error, host }) => ({
      kind: 'guest-stuck',
      subject: id,
      message: `the ${role} guest of ${uuid} on host ${host} does not become ${power}: ${reasonOf(error)}`,
      advice: 'see the log of the compute agent of the host, which keeps trying',
    }),
  );
}

async function stuckBindings({ database: { read }, clock }: ConductorParts): Promise<readonly Difference[]> {
  return (await bindingsThatAreStuck(read, boundsAt(clock.now()))).map(
    ({ id, instanceUuid: uuid, portId: port, present, error, host }) => ({
      kind: 'binding-stuck',
      subject: id,
      message: `port ${port} of ${uuid} is not ${present ? 'plugged' : 'unplugged'} on host ${host}: ${reasonOf(error)}`,
      advice: 'see the log of the network agent of the host, which keeps trying',
    }),
  );
}

async function lingering({ database: { read } }: ConductorParts): Promise<readonly Difference[]> {
  return (await lingeringInstances(read)).map(({ instanceUuid: uuid, presence, epoch }) => ({
    kind: 'instance-lingering',
    subject: uuid,
    message: `a move has ${presence === 'left' ? 'taken it away' : 'brought it'} (epoch ${epoch}), and no move is in progress any more`,
    advice:
      'no list shows it; see where the server lives now (volvox operation list --server), and report this as a bug',
  }));
}
