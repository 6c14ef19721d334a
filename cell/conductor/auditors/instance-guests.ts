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
 * An instance and its copies differ if, while nobody works at it, it has no copy in use, or its copy is of another epoch; or if there is a
 * copy that stays and is of no instance here.
 */
export const instanceGuests = (parts: ConductorParts): Auditor => ({
  kinds: ['instance-copy', 'copy-epoch', 'copy-without-instance'],
  settleMs: 5_000,
  look: async () => [...(await withoutGuest(parts)), ...(await otherEpochs(parts)), ...(await withoutInstance(parts))],
});

async function withoutGuest(parts: ConductorParts): Promise<readonly Difference[]> {
  return (await instancesWithoutGuest(parts.database.read)).map(({ instanceUuid: uuid, vmState: state, host }) => ({
    kind: 'instance-copy',
    subject: uuid,
    message: `it is ${state} on host ${host ?? 'none'}, and has no copy in use`,
    advice:
      'its only other copy is taken where there is one; otherwise look for its guest on the host, or delete the server',
    repair: () => takeOnlyGuest(parts, uuid),
  }));
}

/** @throws while there is no copy, or more than one, so that an operator has to say. */
async function takeOnlyGuest(parts: ConductorParts, uuid: string): Promise<boolean> {
  return parts.database.transaction(async (tx) => {
    const row = await lockInstanceRow(tx, uuid);
    if (row === null || row.operationId !== null || (await isBusy(tx, uuid))) return false;
    const guests = await guestsInUse(tx, uuid);
    const [guest, ...more] = guests;
    if (guest === undefined || more.length > 0) throw new Error(`instance ${uuid} has ${guests.length} copies in use`);
    const placed = { guestId: guest.id, hostId: guest.hostId, host: guest.name, node: guest.node };
    return writeAtVersion(tx, uuid, row.version, placed, parts.clock.now());
  });
}

async function otherEpochs(parts: ConductorParts): Promise<readonly Difference[]> {
  return (await guestsOfOtherEpochs(parts.database.read)).map(({ instanceUuid: uuid, epoch, id, guestEpoch }) => ({
    kind: 'copy-epoch',
    subject: id,
    message: `a copy of ${uuid} is of epoch ${guestEpoch}, the instance of ${epoch}`,
    advice:
      'a lower one is raised; a higher one means that the row of the instance is older than the copy: compare with the directory',
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
    kind: 'copy-without-instance',
    subject: id,
    message: `a ${role} copy of ${uuid} is on host ${host}, and the instance is not in this cell`,
    advice:
      'it is kept, because it may be the only one; look where the server lives (volvox server show) before you remove it by hand',
  }));
}
