import type { InstanceBuild } from '#platform/objects/instance-build.ts';
import { tapName } from '#platform/objects/network.ts';
import { hasMachine } from '../region/physical-hosts.ts';
import type { SimulatedCell, World } from '../region/world.ts';

type PortsOfBuild = Pick<InstanceBuild, 'ports' | 'networks'>;
interface PortRow {
  readonly id: string;
  readonly device_id: string;
}

const inOrder = (ids: readonly string[]): string => ids.toSorted().join(', ') || 'none';

/**
 * The ports of a server are the same everywhere: in the directory, in its build, plugged on the host of its guest, and as cards of a guest
 * that is settled. What was detached, or was never attached, is nobody's.
 */
export function auditPorts({ directory, cells, hosts }: World): string[] {
  const wrong: string[] = [];
  const ports = directory.look<PortRow & Record<string, unknown>>('SELECT id, device_id FROM ports');
  const homes = directory.look<{ uuid: string; state: string; cell_id: string | null; build: string }>(
    "SELECT uuid, state, cell_id, build FROM instance_homes WHERE state != 'deleted'",
  );
  for (const { uuid, state, cell_id: cellId, build } of homes) {
    const there = inOrder(ports.filter(({ device_id }) => device_id === uuid).map(({ id }) => id));
    const cell = state === 'homed' ? cells.find(({ id }) => id === cellId) : undefined;
    const said = JSON.parse(cell === undefined ? build : (buildIn(cell, uuid) ?? build)) as PortsOfBuild;
    const expected = said.ports.map(({ id }) => id);
    if (there !== inOrder(expected)) wrong.push(`${uuid} has the ports ${there}, its build ${inOrder(expected)}`);
    const used = inOrder([...new Set(said.ports.map(({ networkId }) => networkId))]);
    const known = inOrder(said.networks.map(({ id }) => id));
    if (used !== known) wrong.push(`the ports of ${uuid} are on the networks ${used}, its build has ${known}`);
    if (cell !== undefined) wrong.push(...pluggedPorts(cell, uuid, expected, hosts));
  }
  return [...wrong, ...endedChanges(directory, ports)];
}

const buildIn = ({ sql }: SimulatedCell, uuid: string): string | undefined =>
  sql.look<{ build: string }>('SELECT build FROM instances WHERE uuid = ? AND deleted_at IS NULL', uuid)[0]?.build;

function pluggedPorts({ sql }: SimulatedCell, uuid: string, ports: readonly string[], hosts: World['hosts']): string[] {
  const [guest] = sql.look<{ id: string; settled: number }>(
    "SELECT id, settled FROM guests WHERE instance_uuid = ? AND role = 'current'",
    uuid,
  );
  if (guest === undefined) return [];
  const plugged = sql.look<{ guest_id: string; port_id: string }>(
    'SELECT guest_id, port_id FROM port_bindings WHERE instance_uuid = ? AND present = 1',
    uuid,
  );
  const ofGuest = plugged.filter(({ guest_id }) => guest_id === guest.id).map(({ port_id }) => port_id);
  const wrong = plugged
    .filter(({ guest_id }) => guest_id !== guest.id)
    .map(
      ({ port_id, guest_id }) =>
        `port ${port_id} of ${uuid} is plugged at guest ${guest_id}, which is not its current one`,
    );
  if (inOrder(ofGuest) !== inOrder(ports))
    wrong.push(`${uuid} has the ports ${inOrder(ports)}, and plugged are ${inOrder(ofGuest)}`);
  const machine = hosts.guests.get(guest.id);
  if (machine === undefined || guest.settled !== 1 || !hasMachine(machine)) return wrong;
  const taps = inOrder(ports.map((port) => tapName(port)));
  if (inOrder(machine.cards) !== taps)
    wrong.push(`guest ${guest.id} of ${uuid} has the cards ${inOrder(machine.cards)}, and should have ${taps}`);
  return wrong;
}

/** A port that was detached, or whose attachment was undone, is not the server's any more. */
function endedChanges(directory: World['directory'], ports: readonly PortRow[]): string[] {
  const ended = directory.look<{ kind: string; subject: string; state: string; params: string }>(
    "SELECT kind, subject, state, params FROM operations WHERE kind IN ('attach-interface', 'detach-interface')",
  );
  return ended.flatMap(({ kind, subject, state, params }) => {
    const { port, portId } = JSON.parse(params) as { port?: { id: string }; portId?: string };
    const gone = kind === 'detach-interface' ? state === 'done' : state === 'undone';
    const id = port?.id ?? portId;
    const isThere = ports.some((one) => one.id === id && one.device_id === subject);
    return gone && isThere ? [`${subject} has port ${id}, although ${kind} is ${state}`] : [];
  });
}
