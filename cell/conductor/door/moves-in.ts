import type { doorContract } from '#platform/contracts/door.ts';
import { VolvoxError } from '#platform/errors/volvox-error.ts';
import type { Handlers } from '#platform/rpc/server.ts';
import type { ConductorParts } from '../parts.ts';

type Calls = 'beginMoveIn' | 'moveIn' | 'moveInStatus';

/** The target's part of moves between cells. */
export const movesIn = (_parts: ConductorParts): Pick<Handlers<typeof doorContract>, Calls> => ({
  beginMoveIn: unsupported,
  moveIn: unsupported,
  moveInStatus: unsupported,
});

const unsupported = async (): Promise<never> => {
  throw new VolvoxError('unsupported', 'This release does not offer it.');
};
