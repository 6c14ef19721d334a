import type { Auditor, Difference } from '#platform/audit/auditor.ts';
import {
  guestsInUse,
  guestsOfOtherEpochs,
  guestsWithoutInstance,
  instancesWithoutGuest,
} from '../../database/stores/audits/instance-guests.ts';
import { isBusy } from '../../database/stores/audits/unfinished.ts';
import { raiseEpoch } from '../../database/stores/instance-epochs.ts';
import { writeAtVersion } from '../../database/stores/instances.ts';
import { lockInstanceRow } from '../../database/stores/quarantined-instances.ts';
import type { ConductorParts } from '../parts.ts';

/**
 * An idle instance and its guests differ if it has no current guest, or if a guest has another epoch. A guest that is to stay also differs
 * if this cell has no row for its instance.
 */
export const instanceGuests = (parts: ConductorParts): Auditor => ({
  kinds: ['instance-without-guest', 'guest-epoch', 'guest-without-instance'],
  settleMs: 5_000,
  look: async () => [...(await withoutGuest(parts)), ...(await otherEpochs(parts)), ...(await withoutInstance(parts))],
});

async function withoutGuest(parts: ConductorParts): Promise<readonly Difference[]> {
  return (await instancesWithoutGuest(parts.database.read)).map(({ instanceUuid: uuid, vmState: state, host }) => ({
    kind: 'instance-without-guest',
    subject: uuid,
    message: `it is ${state} on host ${host ?? 'none'}, and has no current guest`,
    advice:
      'its only other guest becomes the current one; if it has none, look for its guest on the host, or delete the server',
    repair: () => takeOnlyGuest(parts, uuid),
  }));
}

/** @throws while it has no guest, or more than one: an operator has to decide. */
async function takeOnlyGuest(parts: ConductorParts, uuid: string): Promise<boolean> {
  return parts.database.transaction(async (tx) => {
    const row = await lockInstanceRow(tx, uuid);
    if (row === null || row.operationId !== null || (await isBusy(tx, uuid))) return false;
    const guests = await guestsInUse(tx, uuid);
    const [guest, ...more] = guests;
    if (guest === undefined || more.length > 0) throw new Error(`instance ${uuid} has ${guests.length} current guests`);
    const placed = { guestId: guest.id, hostId: guest.hostId, host: guest.name, node: guest.node };
    return writeAtVersion(tx, uuid, row.version, placed, parts.clock.now());
  });
}

async function otherEpochs(parts: ConductorParts): Promise<readonly Difference[]> {
  return (await guestsOfOtherEpochs(parts.database.read)).map(({ instanceUuid: uuid, epoch, id, guestEpoch }) => ({
    kind: 'guest-epoch',
    subject: id,
    message: `a guest of ${uuid} has epoch ${guestEpoch}, the instance has ${epoch}`,
    advice:
      'a lower epoch is raised; a higher one means that the row of the instance is older than the guest: compare with the directory',
    ...(guestEpoch < epoch ? { repair: () => raiseGuests(parts, uuid) } : {}),
  }));
}

async function raiseGuests(parts: ConductorParts, uuid: string): Promise<boolean> {
  return parts.database.transaction(async (tx) => {
    const row = await lockInstanceRow(tx, uuid);
    if (row === null || row.operationId !== null || (await isBusy(tx, uuid))) return false;
    await raiseEpoch(tx, uuid, row.epoch, parts.clock.now());
    return true;
  });
}

async function withoutInstance(parts: ConductorParts): Promise<readonly Difference[]> {
  return (await guestsWithoutInstance(parts.database.read)).map(({ id, instanceUuid: uuid, role, host }) => ({
    kind: 'guest-without-instance',
    subject: id,
    message: `a ${role} guest of ${uuid} is on host ${host}, and the instance is not in this cell`,
    advice:
      'the cell keeps it, because the server may have no other; look where the server lives (volvox server show) before you remove it by hand',
  }));
}
