import type { FastifyInstance } from 'fastify';
import { COMPUTE_CONSOLE } from '#platform/contracts/console-streams.ts';
import { VolvoxError } from '#platform/errors/volvox-error.ts';
import type { AuthenticateHead } from '#platform/rpc/authenticate.ts';
import { serveByteStream } from '#platform/rpc/serve-byte-stream.ts';
import type { Driver } from './drivers/driver.ts';

/** Connections to consoles that are open at once: of all guests of the agent, and of one guest. */
const MAX_OPEN = 256;
const MAX_OPEN_PER_GUEST = 8;

/** The consoles of this agent's guests, for its conductor. */
export function serveConsoles(app: FastifyInstance, driver: Driver, authenticate: AuthenticateHead): void {
  const open = new Map<string, number>();
  const count = (guestId: string, change: number) => {
    const now = (open.get(guestId) ?? 0) + change;
    if (now === 0) open.delete(guestId);
    else open.set(guestId, now);
    return now;
  };
  serveByteStream(app, {
    stream: COMPUTE_CONSOLE,
    authenticate,
    max: MAX_OPEN,
    open: async ({ guestId, type }) => {
      try {
        if (count(guestId, 1) > MAX_OPEN_PER_GUEST) {
          throw new VolvoxError('throttled', `${MAX_OPEN_PER_GUEST} consoles of guest ${guestId} are open already.`);
        }
        const console = await driver.openConsole(guestId, type);
        console.once('close', () => count(guestId, -1));
        return console;
      } catch (error) {
        count(guestId, -1);
        throw error;
      }
    },
  });
}
