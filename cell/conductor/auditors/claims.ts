import type { Auditor, Difference } from '#platform/audit/auditor.ts';
import { claimForGuest, claimsWithoutGuest, guestsWithoutClaim } from '../../database/stores/audits/claims.ts';
import { isBusy } from '../../database/stores/audits/unfinished.ts';
import { releaseClaims } from '../../database/stores/claims.ts';
import { guestExists } from '../../database/stores/guests.ts';
import { setDesiredBindings } from '../../database/stores/port-bindings.ts';
import type { ConductorParts } from '../parts.ts';

/**
 * Claims and guests of an idle instance differ if a claim has no guest, or a guest has no claim. (A resize or an incoming move claims
 * capacity before it creates the guest.) A guest has a claim as long as anything of it may be on its host.
 */
export const claims = (parts: ConductorParts): Auditor => ({
  kinds: ['claim-without-guest', 'guest-without-claim'],
  settleMs: 5_000,
  look: async () => [...(await unusedClaims(parts)), ...(await unclaimedGuests(parts))],
});

async function unusedClaims(parts: ConductorParts): Promise<readonly Difference[]> {
  return (await claimsWithoutGuest(parts.database.read)).map(({ guestId, instanceUuid: uuid, host }) => ({
    kind: 'claim-without-guest',
    subject: guestId,
    message: `capacity is claimed on host ${host ?? 'unknown'} for a guest of ${uuid} that does not exist`,
    advice: 'none: the claim is released',
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
    kind: 'guest-without-claim',
    subject: id,
    message: `a guest of ${uuid} is on host ${host} without a claim`,
    advice: 'none: its capacity is claimed, even if the host has no more',
    repair: () => claimFor(parts, { id, uuid, hostId }),
  }));
}

/** The guest uses the capacity already, so no limit refuses the claim. */
async function claimFor(
  parts: ConductorParts,
  guest: { readonly id: string; readonly uuid: string; readonly hostId: string },
): Promise<boolean> {
  const claimed = await parts.database.transaction((tx) => claimForGuest(tx, guest));
  if (claimed) parts.hosts.changed([guest.hostId]);
  return claimed;
}
