import type { Auditor, Difference } from '#platform/audit/auditor.ts';
import { claimForGuest, claimsWithoutGuest, guestsWithoutClaim } from '../../database/stores/audits/claims.ts';
import { isBusy } from '../../database/stores/audits/unfinished.ts';
import { releaseClaims } from '../../database/stores/claims.ts';
import { guestExists } from '../../database/stores/guests.ts';
import { setDesiredBindings } from '../../database/stores/port-bindings.ts';
import type { ConductorParts } from '../parts.ts';

/**
 * Claims and copies differ if a claim has no copy, or a copy no claim, while nobody works at the instance (a resize, or a move that comes
 * in, takes room before it makes the copy). A copy has a claim as long as anything of it may be on its host.
 */
export const claims = (parts: ConductorParts): Auditor => ({
  kinds: ['claim-without-copy', 'copy-without-claim'],
  settleMs: 5_000,
  look: async () => [...(await unusedClaims(parts)), ...(await unclaimedGuests(parts))],
});

async function unusedClaims(parts: ConductorParts): Promise<readonly Difference[]> {
  return (await claimsWithoutGuest(parts.database.read)).map(({ guestId, instanceUuid: uuid, host }) => ({
    kind: 'claim-without-copy',
    subject: guestId,
    message: `room is claimed on host ${host ?? 'unknown'} for a copy of ${uuid} that there is not`,
    advice: 'none: it is given back',
    repair: () => giveBack(parts, guestId, uuid),
  }));
}

async function giveBack(parts: ConductorParts, guestId: string, uuid: string): Promise<boolean> {
  const hosts = await parts.database.transaction(async (tx) => {
    if ((await guestExists(tx, guestId)) || (await isBusy(tx, uuid))) return [];
    await setDesiredBindings(tx, [guestId], { present: false, leaving: true }, parts.clock.now());
    return releaseClaims(tx, [guestId]);
  });
  parts.hosts.changed(hosts);
  return hosts.length > 0;
}

async function unclaimedGuests(parts: ConductorParts): Promise<readonly Difference[]> {
  return (await guestsWithoutClaim(parts.database.read)).map(({ id, instanceUuid: uuid, hostId, host }) => ({
    kind: 'copy-without-claim',
    subject: id,
    message: `a copy of ${uuid} is on host ${host} without a claim`,
    advice: 'none: its room is claimed, also where the host has no more',
    repair: () => claimFor(parts, { id, uuid, hostId }),
  }));
}

/** What it takes is taken already, so no limit refuses it. */
async function claimFor(
  parts: ConductorParts,
  guest: { readonly id: string; readonly uuid: string; readonly hostId: string },
): Promise<boolean> {
  const claimed = await parts.database.transaction((tx) => claimForGuest(tx, guest));
  if (claimed) parts.hosts.changed([guest.hostId]);
  return claimed;
}
