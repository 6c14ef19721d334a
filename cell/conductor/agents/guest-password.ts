import { VolvoxError } from '#platform/errors/volvox-error.ts';
import { passwordOf, savePassword } from '../../database/stores/guest-passwords.ts';
import type { ConductorParts } from '../parts.ts';
import { instanceAtAddress } from './instance-metadata.ts';

/** Who asks: the agent of the host, for the guest that has this address there. */
interface Asker {
  readonly agentId: string;
  readonly networkId: string;
  readonly address: string;
}

/** What the guest has posted; empty when it has posted nothing. @throws VolvoxError not-found. */
export async function guestPassword(parts: ConductorParts, { agentId, networkId, address }: Asker): Promise<string> {
  const { uuid } = await instanceAtAddress(parts, agentId, networkId, address);
  return (await passwordOf(parts.database.read, uuid)) ?? '';
}

/** @throws VolvoxError not-found; conflict when the instance has a password, which only its user may clear. */
export async function setGuestPassword(
  parts: ConductorParts,
  { agentId, networkId, address, password }: Asker & { readonly password: string },
): Promise<void> {
  const { uuid } = await instanceAtAddress(parts, agentId, networkId, address);
  if (password === '') return;
  if (!(await savePassword(parts.database.write, uuid, password)))
    throw new VolvoxError('conflict', `Instance ${uuid} has a password already.`);
}
