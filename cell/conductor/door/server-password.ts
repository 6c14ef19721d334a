import type { doorContract } from '#platform/contracts/door.ts';
import type { Handlers } from '#platform/rpc/server.ts';
import { clearPassword, passwordOf } from '../../database/stores/guest-passwords.ts';
import type { ConductorParts } from '../parts.ts';
import { liveInstance } from './instances.ts';

type Calls = 'serverPassword' | 'clearServerPassword';

/** The encrypted password that the guest of an instance has posted. VolvoxError not-found, moved. */
export const serverPasswords = (parts: ConductorParts): Pick<Handlers<typeof doorContract>, Calls> => ({
  serverPassword: async ({ uuid }) => {
    await liveInstance(parts.database.read, uuid);
    return { password: (await passwordOf(parts.database.read, uuid)) ?? '' };
  },
  clearServerPassword: async ({ uuid }) => {
    await liveInstance(parts.database.read, uuid);
    await clearPassword(parts.database.write, uuid);
    return {};
  },
});
