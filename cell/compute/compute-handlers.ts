import type { computeContract } from '#platform/contracts/compute.ts';
import type { Handlers } from '#platform/rpc/server.ts';
import type { Driver } from './drivers/driver.ts';

/** What is copied as a file, and is no disk of the guest. */
const LOGS = ['console-log', 'older-console-log'];

export const computeHandlers = (driver: Driver): Handlers<typeof computeContract> => ({
  consoleOutput: async ({ guestId, lines }) => ({ output: await driver.consoleOutput(guestId, lines) }),
  injectNmi: async ({ guestId }) => {
    await driver.injectNmi(guestId);
    return {};
  },
  setPassword: async ({ guestId, user, password }) => {
    await driver.setPassword(guestId, user, password);
    return {};
  },
  cacheImage: async ({ image }) => ({ present: await driver.cacheImage(image) }),
  guestStats: ({ guestId }) => driver.stats(guestId),
  guestDisks: async ({ guestId }) => {
    const disks = (await driver.disks.disks(guestId)).filter(({ name }) => !LOGS.includes(name));
    return {
      disks: disks.map(({ name, virtualBytes, allocatedBytes }) => ({ name, virtualBytes, bytes: allocatedBytes })),
    };
  },
});
