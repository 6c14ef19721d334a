import type { Duplex } from 'node:stream';
import type { FastifyInstance } from 'fastify';
import { COMPUTE_CONSOLE, DOOR_CONSOLE } from '#platform/contracts/console-streams.ts';
import type { doorContract } from '#platform/contracts/door.ts';
import { VolvoxError } from '#platform/errors/volvox-error.ts';
import { CONSOLE_TYPES, type ConsoleType } from '#platform/objects/console.ts';
import type { AuthenticateHead } from '#platform/rpc/authenticate.ts';
import { serveByteStream } from '#platform/rpc/serve-byte-stream.ts';
import type { Handlers } from '#platform/rpc/server.ts';
import { stateConflict } from '#platform/states/state-conflict.ts';
import type { InstanceRow } from '../../database/stores/instances.ts';
import type { ConductorParts } from '../parts.ts';
import { agentFor } from './agent-for.ts';
import { liveInstance } from './instances.ts';

/** Consoles that are open at once through this process. */
const MAX_OPEN = 1_024;
const OPEN_MS = 10_000;
/** Task states in which nobody opens a console (nova/compute/api.py, get_vnc_console). */
const NOT_WHILE: readonly (string | null)[] = ['deleting', 'migrating'];

const ANY_STATE = { vmStates: 'any', taskStates: [] } as const;

const isOffered = (type: string): type is ConsoleType => CONSOLE_TYPES.some((offered) => offered === type);

export const findConsole =
  (parts: ConductorParts): Handlers<typeof doorContract>['findConsole'] =>
  async ({ uuid, type }) => {
    const instance = await liveInstance(parts.database.read, uuid);
    checkNotGoing(instance, `get_${type}_console`);
    const { guestId, hostName } = await agentFor(parts, instance);
    if (!isOffered(type)) throw new VolvoxError('unsupported', `Guests of this cell have no ${type} console.`);
    return { guestId, hostName, epoch: instance.epoch };
  };

/** Consoles of this cell's guests, for the API. Bytes pass through this process, and it keeps none. */
export function serveDoorConsoles(app: FastifyInstance, parts: ConductorParts, authenticate: AuthenticateHead): void {
  const open = async ({ uuid, epoch, guestId, type }: ConsoleParams): Promise<Duplex> => {
    const instance = await liveInstance(parts.database.read, uuid);
    checkNotGoing(instance, `get_${type}_console`);
    if (instance.epoch !== epoch || instance.guestId !== guestId) {
      throw new VolvoxError('conflict', `Guest ${guestId} is not that of instance ${uuid} any more.`);
    }
    const { compute } = await agentFor(parts, instance);
    return await compute.openStream(COMPUTE_CONSOLE, { guestId, type }, { deadlineMs: OPEN_MS });
  };
  serveByteStream(app, { stream: DOOR_CONSOLE, authenticate, max: MAX_OPEN, open });
}

interface ConsoleParams {
  readonly uuid: string;
  readonly epoch: number;
  readonly guestId: string;
  readonly type: ConsoleType;
}

/** @throws VolvoxError conflict, in Nova's words. */
function checkNotGoing({ uuid, taskState }: Pick<InstanceRow, 'uuid' | 'taskState'>, method: string): void {
  if (!NOT_WHILE.includes(taskState)) return;
  throw stateConflict(method, uuid, { attribute: 'task_state', state: String(taskState) }, ANY_STATE);
}
