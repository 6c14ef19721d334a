import { DEFINITIONS_CHANGED } from '#platform/contracts/agent.ts';
import type { doorContract } from '#platform/contracts/door.ts';
import type { Handlers } from '#platform/rpc/server.ts';
import { agentsConcerned } from '../../database/stores/definitions/changed-definitions.ts';
import {
  digestOfDefinitions,
  listDefinitions,
  takesDefinitions,
} from '../../database/stores/definitions/known-definitions.ts';
import { putDefinitions } from '../../database/stores/definitions/put-definitions.ts';
import type { ConductorParts } from '../parts.ts';

type Calls = 'putDefinitions' | 'knownDefinitions';

/** The cell's end of the road of definitions (docs/decisions/0030). Agents that a change concerns are woken after the commit. */
export const definitions = (parts: ConductorParts): Pick<Handlers<typeof doorContract>, Calls> => ({
  putDefinitions: async ({ put, forget }) => {
    const { database, clock, agents } = parts;
    const changed = await database.transaction((tx) => putDefinitions(tx, put, forget, clock.now()));
    for (const agentId of await agentsConcerned(database.read, changed)) agents.wake(agentId, [DEFINITIONS_CHANGED]);
    agents.wakeEach(changed.bindings, ({ networkAgentId }) => networkAgentId);
    return {};
  },
  knownDefinitions: async ({ after, limit }) => {
    const { read } = parts.database;
    const [takes, digest, known] = await Promise.all([
      takesDefinitions(read),
      digestOfDefinitions(read),
      listDefinitions(read, after, limit),
    ]);
    return { takesDefinitions: takes, ...digest, known };
  },
});
