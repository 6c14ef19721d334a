import { ATTACH_INTERFACE, DETACH_INTERFACE, type DetachInterfaceParams } from '../../contracts/global-operations.ts';
import { VolvoxError } from '../../errors/volvox-error.ts';
import type { Network, Port } from '../../objects/network.ts';
import type { OperationState } from '../../objects/operation.ts';
import { timestamp } from '../../time/clock.ts';
import type { DirectoryReader, DirectoryTx } from '../directory.ts';
import { beginOperations } from './operations.ts';
import { resolveSecurityGroups } from './security-groups.ts';
import type { ResolvedEntry } from './server-networks.ts';
import { createServerPorts } from './server-ports.ts';

interface Asker {
  readonly uuid: string;
  readonly projectId: string;
  readonly userId: string;
  readonly isAdmin: boolean;
  readonly requestId: string;
}

interface AcceptedAttachment {
  readonly operationId: string;
  readonly port: Port;
  readonly network: Network;
}

/**
 * Makes or takes the port for the server, and writes the operation that attaches it, in one transaction.
 * @throws VolvoxError invalid (no address left, an address in use), conflict (the port is in use, or a quota ends).
 */
export async function acceptAttachment(
  tx: DirectoryTx,
  asker: Asker & { readonly serverProjectId: string },
  entry: ResolvedEntry,
  now: number,
): Promise<AcceptedAttachment> {
  const { uuid, userId, isAdmin, requestId, serverProjectId: projectId } = asker;
  const groups = entry.port === null ? await resolveSecurityGroups(tx, projectId, []) : [];
  const [ports] = await createServerPorts(tx, {
    projectId,
    instanceUuids: [uuid],
    entries: [entry],
    securityGroupIds: groups.map(({ id }) => id),
    now: timestamp(now),
  });
  const port = ports?.[0];
  if (port === undefined) throw new VolvoxError('internal', 'No port was made.');
  const { network } = entry;
  const params = { uuid, port, network, isAdmin };
  const begun = { subject: uuid, params, requestId, userId, projectId: asker.projectId };
  const [operationId] = await beginOperations(tx, ATTACH_INTERFACE, [begun], now);
  if (operationId === undefined) throw new VolvoxError('internal', 'No operation was written.');
  return { operationId, port, network };
}

/** Writes the operation that takes a port from a server. @returns its id. */
export async function acceptDetachment(tx: DirectoryTx, asker: Asker, portId: string, now: number): Promise<string> {
  const { uuid, userId, projectId, isAdmin, requestId } = asker;
  const begun = { subject: uuid, params: { uuid, portId, isAdmin }, requestId, userId, projectId };
  const [operationId] = await beginOperations(tx, DETACH_INTERFACE, [begun], now);
  if (operationId === undefined) throw new VolvoxError('internal', 'No operation was written.');
  return operationId;
}

/** Ports of a server whose detachment has not ended: they are not free yet, though its cell may have taken them from it. */
export async function portsBeingDetached(read: DirectoryReader, uuid: string): Promise<Set<string>> {
  const rows = await read
    .selectFrom('operations')
    .select('params')
    .where('subject', '=', uuid)
    .where('kind', '=', DETACH_INTERFACE.kind)
    .where('finished_at', 'is', null)
    .execute();
  return new Set(rows.map(({ params }) => (JSON.parse(params) as DetachInterfaceParams).portId));
}

/** How far an operation of the global tier is; null when it does not exist. */
export async function stateOfOperation(
  read: DirectoryReader,
  id: string,
): Promise<{ readonly state: OperationState; readonly message: string | null } | null> {
  const row = await read.selectFrom('operations').select(['state', 'message']).where('id', '=', id).executeTakeFirst();
  return row === undefined ? null : { state: row.state, message: row.message };
}
