import type { doorContract } from '#platform/contracts/door.ts';
import { VolvoxError } from '#platform/errors/volvox-error.ts';
import type { Handlers } from '#platform/rpc/server.ts';
import { POWER_STATE, POWER_STATES } from '#platform/states/power-state.ts';
import type { ConductorParts } from '../parts.ts';
import { agentFor } from './agent-for.ts';
import { liveInstance } from './instances.ts';

type GuestCalls = Pick<Handlers<typeof doorContract>, 'consoleOutput' | 'guestStats'>;

/**
 * Questions that the agent of an instance's host answers. They change nothing. VolvoxError conflict when the instance has no guest yet or does not
 * run; unavailable when its host is down.
 */
export const guestQuestions = (parts: ConductorParts): GuestCalls => ({
  consoleOutput: async ({ uuid, lines }, { signal }) => {
    const { guestId, compute } = await agentFor(parts, await liveInstance(parts.database.read, uuid));
    return compute.consoleOutput({ guestId, lines }, { signal });
  },
  guestStats: async ({ uuid }, { signal }) => {
    const instance = await liveInstance(parts.database.read, uuid);
    if (instance.powerState !== POWER_STATE.running) {
      const state = POWER_STATES.find((name) => POWER_STATE[name] === instance.powerState);
      throw new VolvoxError(
        'conflict',
        `Instance ${uuid} in power state ${state}. Cannot get_diagnostics while the instance is in this state. Start it first.`,
      );
    }
    const { guestId, compute } = await agentFor(parts, instance);
    return { configDrive: instance.configDrive, stats: await compute.guestStats({ guestId }, { signal }) };
  },
});
