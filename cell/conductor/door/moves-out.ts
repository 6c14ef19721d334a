import type { doorContract } from '#platform/contracts/door.ts';
import { VolvoxError } from '#platform/errors/volvox-error.ts';
import type { Handlers } from '#platform/rpc/server.ts';
import type { ConductorParts } from '../parts.ts';

type Calls = 'estimateMove' | 'moveOut';

/** The source's part of moves between cells. */
export const movesOut = (_parts: ConductorParts): Pick<Handlers<typeof doorContract>, Calls> => ({
  estimateMove: unsupported,
  moveOut: unsupported,
});

const unsupported = async (): Promise<never> => {
  throw new VolvoxError('unsupported', 'This release does not offer it.');
};
