import { isVolvoxError, messageOf } from '#platform/errors/volvox-error.ts';
import type { Client } from '#platform/rpc/client.ts';
import type { Life } from '../kernel/kernel.ts';
import { API, apiContract } from '../region/api.ts';
import { FLAVORS } from '../region/seed.ts';
import type { World } from '../region/world.ts';
import { type Action, ANYTHING, focused, SENSIBLE } from './actions.ts';

/** What the user of one server has been told. */
export interface Asked {
  readonly uuid: string;
  /** The create request was answered: the server must never be lost. */
  accepted: boolean;
  /** A delete was answered: the server must be gone, or kept as soft-deleted, in the end. */
  deleteAccepted: boolean;
  /** A forced delete was answered: the server must be gone in the end. */
  forceAccepted: boolean;
  /** It was asked for, so that the server may be gone. */
  deleteAsked: boolean;
}

const CHAOTIC = 0.15;
const WAITS_UNTIL_IDLE = 0.75;
const MAX_WAIT_MS = 8_000;
const LOOK_EVERY_MS = 250;

/** Makes a server and does this and that with it, as the seed says. Resolves when nothing more is asked. */
export async function useServer(world: World, life: Life, startAfterMs: number): Promise<Asked> {
  const { kernel, network } = world;
  const { random, clock } = kernel;
  const api = network.client(life, API, apiContract);
  const asked: Asked = {
    uuid: random.uuid(),
    accepted: false,
    deleteAccepted: false,
    forceAccepted: false,
    deleteAsked: false,
  };
  const { uuid } = asked;

  await clock.sleep(startAfterMs);
  asked.accepted = await answered(world, `create ${uuid}`, api.create({ uuid, flavor: random.pick(FLAVORS) }));
  const actions = 2 + random.below(5);
  for (let done = 0; done < actions && !isOver(world, asked); done++) {
    if (random.chance(WAITS_UNTIL_IDLE)) await untilIdle(world, uuid);
    else await clock.sleep(random.next() * 800);
    await doOne(world, api, asked);
  }
  if (!asked.deleteAsked && random.chance(0.4)) await doOne(world, api, asked, 'delete');
  return asked;
}

/** Nothing more is asked of a server that is deleted; one that is kept may be restored. */
const isOver = (world: World, { uuid, deleteAccepted, forceAccepted }: Asked): boolean =>
  forceAccepted || (deleteAccepted && stateOf(world, uuid).state !== 'soft-delete');

async function doOne(world: World, api: Client<typeof apiContract>, asked: Asked, what?: Action): Promise<void> {
  const { random } = world.kernel;
  const { uuid } = asked;
  const { state, cellId } = stateOf(world, uuid);
  const weights = random.chance(CHAOTIC) ? ANYTHING : (SENSIBLE[state] ?? { wait: 1, delete: 1 });
  const action = what ?? random.weighted<Action>(focused(weights, world.breakage?.focus ?? null));
  switch (action) {
    case 'wait':
      return;
    case 'delete': {
      asked.deleteAsked = true;
      const deleted = await answered(world, `delete ${uuid}`, api.remove({ uuid }));
      asked.deleteAccepted ||= deleted;
      return;
    }
    case 'forceDelete': {
      asked.deleteAsked = true;
      const deleted = await answered(world, `force the delete of ${uuid}`, api.act({ uuid, kind: 'forceDelete' }));
      asked.forceAccepted ||= deleted;
      return;
    }
    case 'restore':
      // Whatever is answered: the server may be restored.
      asked.deleteAccepted = false;
      await answered(world, `restore ${uuid}`, api.act({ uuid, kind: 'restore' }));
      return;
    case 'shelveOffload':
      await answered(world, `offload ${uuid}`, api.shelveOffload({ uuid }));
      return;
    case 'resize':
      await answered(world, `resize ${uuid}`, api.resize({ uuid, flavor: random.pick(FLAVORS) }));
      return;
    case 'confirm':
      await answered(world, `confirm ${uuid}`, api.confirm({ uuid }));
      return;
    case 'revert':
      await answered(world, `revert ${uuid}`, api.revert({ uuid }));
      return;
    case 'move': {
      const others = world.cells.filter(({ id }) => id !== cellId);
      await answered(world, `move ${uuid}`, api.move({ uuid, toCellId: random.pick(others).id }));
      return;
    }
    case 'liveMigrate':
      await answered(world, `live migrate ${uuid}`, api.liveMigrate({ uuid }));
      return;
    case 'attach':
      await answered(world, `attach a port to ${uuid}`, api.attach({ uuid }));
      return;
    case 'detach': {
      const ports = world.directory.look<{ id: string }>('SELECT id FROM ports WHERE device_id = ? ORDER BY id', uuid);
      if (ports.length === 0) return;
      const { id: port } = random.pick(ports);
      await answered(world, `detach ${port} from ${uuid}`, api.detach({ uuid, port }));
      return;
    }
    case 'evacuate':
      await evacuate(world, api, uuid);
      return;
    case 'reset':
      // An admin writes another state over that of a server that was deleted, and kept.
      asked.deleteAccepted = false;
      await answered(world, `reset ${uuid}`, api.reset({ uuid }));
      return;
    default:
      await answered(world, `${action} ${uuid}`, api.act({ uuid, kind: action }));
  }
}

const BACK_WITHIN_MS = 15_000;
/** A request that was not answered may still arrive. */
const LATE_MS = 60_000;

/** Of so many servers in 16 the host is declared dead without being fenced. The id decides, so that it takes nothing from the history's chance. */
const TOO_SOON = 5;

/**
 * An operator fences the host of the server, which ends all its guests and its agent, declares it dead, and evacuates the server. The host is
 * back after a while, and what was declared is taken back. Some operators forget to fence it.
 */
async function evacuate(world: World, api: Client<typeof apiContract>, uuid: string): Promise<void> {
  const { clock, random } = world.kernel;
  const host = hostOf(world, uuid);
  if (host === null) return;
  const forceDown = (forcedDown: boolean) =>
    answered(
      world,
      `${host.name} is ${forcedDown ? 'dead' : 'back'}`,
      api.forceDown({ cellId: host.cellId, id: host.id, forcedDown }),
    );
  if (Number.parseInt(uuid.charAt(0), 16) < TOO_SOON) world.declaredTooSoon.add(host.name);
  else world.powerOff(host.name);
  if (await forceDown(true)) await answered(world, `evacuate ${uuid}`, api.evacuate({ uuid }));
  else await clock.sleep(LATE_MS);
  await clock.sleep(random.next() * BACK_WITHIN_MS);
  while (!(await forceDown(false))) await clock.sleep(1_000);
}

function hostOf(
  world: World,
  uuid: string,
): { readonly cellId: string; readonly id: string; readonly name: string } | null {
  const cell = world.cells.find(({ id }) => id === stateOf(world, uuid).cellId);
  const query = 'SELECT h.id, h.name FROM instances i JOIN hosts h ON h.id = i.host_id WHERE i.uuid = ?';
  const [host] = cell?.sql.look<{ id: string; name: string }>(query, uuid) ?? [];
  return cell === undefined || host === undefined ? null : { cellId: cell.id, ...host };
}

/** Whether it was answered with yes. A refusal is fine, and so is silence: who asks cannot know more. */
async function answered(world: World, what: string, request: Promise<unknown>): Promise<boolean> {
  try {
    await request;
    world.tell(`user: ${what}: yes`);
    return true;
  } catch (error) {
    world.tell(`user: ${what}: ${messageOf(error)}`);
    const inside = isVolvoxError(error, 'internal') && !/Connection lost/.test(JSON.stringify(error.details));
    if (inside) world.violated(`${what} failed inside: ${JSON.stringify(error.details)}`);
    return false;
  }
}

function stateOf(world: World, uuid: string): { state: string; task: string | null; cellId: string | null } {
  const [home] = world.directory.look<{ cell_id: string | null }>(
    'SELECT cell_id FROM instance_homes WHERE uuid = ?',
    uuid,
  );
  const cell = world.cells.find(({ id }) => id === home?.cell_id);
  const [row] =
    cell?.sql.look<{ vm_state: string; task_state: string | null }>(
      'SELECT vm_state, task_state FROM instances WHERE uuid = ?',
      uuid,
    ) ?? [];
  return { state: row?.vm_state ?? 'building', task: row?.task_state ?? null, cellId: home?.cell_id ?? null };
}

async function untilIdle(world: World, uuid: string): Promise<void> {
  const { clock } = world.kernel;
  for (const until = clock.now() + MAX_WAIT_MS; clock.now() < until; ) {
    const { state, task } = stateOf(world, uuid);
    if (task === null && state !== 'building') return;
    await clock.sleep(LOOK_EVERY_MS);
  }
}
