import type { Instance } from '#platform/objects/instance.ts';
import { stateConflict } from '#platform/states/state-conflict.ts';
import type { ApiDeps } from '../../../deps.ts';
import type { ApiRequest } from '../../../http/route.ts';
import { findServer, silentCell } from '../find-server.ts';

/** A server that no cell has is being built, or its build has failed. */
const WHEN_PLACED = { vmStates: ['active'], taskStates: [] } as const;

/**
 * The server as its cell reports it.
 * @throws VolvoxError conflict while no cell has it: before it is placed, and after its cell has deleted it; unavailable when its cell does
 * not answer.
 */
export async function placedServer(
  deps: Pick<ApiDeps, 'directory' | 'cells' | 'caches' | 'sightings'>,
  request: ApiRequest,
  method: string,
): Promise<{ instance: Instance; cellId: string }> {
  const uuid = request.params.id ?? '';
  const found = await findServer(deps, request, uuid);
  if (found.kind === 'silent') throw silentCell(found.cell);
  if (found.kind === 'placed') return found;
  const { vmState, taskState } = found.instance;
  const refused =
    taskState === 'deleting'
      ? ({ attribute: 'task_state', state: taskState } as const)
      : ({ attribute: 'vm_state', state: vmState } as const);
  throw stateConflict(method, uuid, refused, WHEN_PLACED);
}
