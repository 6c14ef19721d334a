import type { doorContract } from '#platform/contracts/door.ts';
import { VolvoxError } from '#platform/errors/volvox-error.ts';
import type { Handlers } from '#platform/rpc/server.ts';
import type { ConductorParts } from '../parts.ts';

type Calls = 'listHeld' | 'setAside' | 'listAside' | 'forgetAside' | 'listFindings';

/** What a cell that was out of touch asks and is told, and what its auditors found. */
export const homes = (_parts: ConductorParts): Pick<Handlers<typeof doorContract>, Calls> => ({
  listHeld: unsupported,
  setAside: unsupported,
  listAside: unsupported,
  forgetAside: unsupported,
  listFindings: unsupported,
});

const unsupported = async (): Promise<never> => {
  throw new VolvoxError('unsupported', 'This release does not offer it.');
};
