import type { computeContract } from '#platform/contracts/compute.ts';
import { VolvoxError } from '#platform/errors/volvox-error.ts';
import type { Handlers } from '#platform/rpc/server.ts';
import type { Driver } from './drivers/driver.ts';

export const computeHandlers = (driver: Driver): Handlers<typeof computeContract> => ({
  consoleOutput: async ({ guestId, lines }) => ({ output: await driver.consoleOutput(guestId, lines) }),
  guestStats: ({ guestId }) => driver.stats(guestId),
  guestDisks: async () => {
    throw new VolvoxError('unsupported', 'This driver does not say what its guests would take along.');
  },
});
