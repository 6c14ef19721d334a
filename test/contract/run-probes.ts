import type { Route } from '../../api/http/route.ts';
import { waitUntil } from '../support/wait-until.ts';
import { exercises, operationOf, type Visit } from './coverage.ts';
import type { Fixture } from './fixtures.ts';
import type { NovaOperation } from './nova-operations.ts';
import { ABSENT, type Existing, idIn, isOffered, type Probe, probeOf } from './probe.ts';
import { asSent } from './replay.ts';
import { missingLabel } from './report.ts';
import type { Scenario } from './scenarios.ts';
import { type Front, sendTo } from './send-to.ts';

interface Probed {
  readonly visits: readonly Visit[];
  /** Operations that no route of ours is for. */
  readonly missing: readonly string[];
  /** Answers that no operation may give. */
  readonly unexpected: readonly string[];
}

/** What probes are sent to. */
interface Probeable {
  readonly app: Front;
  /** Makes an image of the fixture's project. @returns its id. */
  anotherImage(fixture: Fixture): Promise<string>;
}

interface Given {
  readonly operations: readonly NovaOperation[];
  readonly scenarios: readonly Scenario[];
  readonly routes: readonly Route[];
  /** What the scenarios have exercised. */
  readonly visits: readonly Visit[];
}

/**
 * Sends a request for each operation at its lowest and its highest microversion, where no scenario has succeeded with it, as an admin and on a
 * server that is there. A refusal is an answer too, but no fault of the server is. Outside its range an operation must answer 404.
 */
export async function runProbes(region: Probeable, aFixture: () => Promise<Fixture>, given: Given): Promise<Probed> {
  let fixture = await aFixture();
  const visits: Visit[] = [];
  const unexpected: string[] = [];
  const ends = exercises(given.operations, given.visits);
  const missing = ends.filter(({ operation, minor }) => !isOffered(given.routes, operation, minor));
  const send = async (probe: Probe): Promise<number> => {
    const body = probe.body === undefined ? undefined : asSent(probe.body, fixture, probe.path.split('/')[2] ?? '');
    const what = `${probe.operation.method} /compute/v2.1${probe.path}`;
    const { status, text } = await sendTo(region, fixture, what, { version: `2.${probe.minor}`, isAdmin: true, body });
    if (status >= 500 && !probe.operation.statuses.has(status) && status !== 501) {
      unexpected.push(`${probe.operation.label} at 2.${probe.minor}: ${status} ${text.slice(0, 200)}`);
    }
    return status;
  };
  const listed = async (list: string, minor: number): Promise<string | undefined> => {
    const options = { version: `2.${minor}`, isAdmin: true };
    const { status, text } = await sendTo(region, fixture, `GET /compute/v2.1${list}`, options);
    return status === 200 ? idIn(text) : undefined;
  };
  /** Each id is one that is known, or that the list before it has; if it is empty, one is made. */
  const pathOf = async (operation: NovaOperation, minor: number, known: Existing): Promise<string> => {
    let path = '';
    for (const part of operation.path.split('/').slice(1)) {
      if (!part.startsWith('{')) {
        path += `/${part}`;
        continue;
      }
      const noun = path.split('/').at(-1) ?? '';
      let id = known[noun] ?? (await listed(path, minor));
      const create = operationOf(given.operations, { method: 'POST', path, action: null });
      if (id === undefined && create !== undefined && isOffered(given.routes, create, minor)) {
        await send(probeOf(create, minor, path, { ...given, existing: known }));
        id = await listed(path, minor);
      }
      path += `/${id ?? ABSENT}`;
    }
    return path;
  };
  for (const { operation, minor, visit } of ends) {
    if (missing.some((one) => one.operation === operation && one.minor === minor)) continue;
    if (visit !== null && visit.status < 400) continue;
    let serverId = await anIdleServer(region, fixture);
    if (serverId === null) {
      // A probe has deleted the flavor or the image, or taken the quota away.
      fixture = await aFixture();
      serverId = await anIdleServer(region, fixture);
    }
    if (serverId === null) throw new Error('a project of its own can have no server');
    const known = await existing(region, fixture, operation, serverId);
    const path = await pathOf(operation, minor, known);
    const probe = probeOf(operation, minor, path, { ...given, existing: known });
    const status = await send(probe);
    visits.push({ ...probe, method: operation.method, action: operation.action, status, by: 'probe' });
  }
  return { visits, missing: missing.map(({ operation, minor }) => missingLabel(operation, minor)), unexpected };
}

/** What probes name. */
async function existing(
  region: Probeable,
  fixture: Fixture,
  { method, path }: NovaOperation,
  serverId: string,
): Promise<Existing> {
  // An id that was deleted is never given again, so the image of the servers stays.
  const takesImage = method === 'DELETE' && path === '/images/{id}';
  return {
    servers: serverId,
    images: takesImage ? await region.anotherImage(fixture) : imageOf(fixture),
    flavors: method === 'DELETE' && path === '/flavors/{id}' ? '6' : '1',
    'os-hosts': fixture.hostName,
    'os-quota-sets': fixture.projectId,
    'os-simple-tenant-usage': fixture.projectId,
    'os-quota-class-sets': 'default',
    'os-availability-zone': 'nova',
    versions: 'v2.1',
  };
}

const imageOf = (fixture: Fixture): string => fixture.values('glance.auto_disk_config_enabled_image.id') ?? '';

/** A server that is ACTIVE and idle; the probe before may have deleted or stopped its own. Null: the project can have none. */
async function anIdleServer(region: Probeable, fixture: Fixture): Promise<string | null> {
  const options = { version: '2.67', isAdmin: true };
  const list = await sendTo(region, fixture, 'GET /compute/v2.1/servers/detail?status=ACTIVE', options);
  const { servers } = JSON.parse(list.text) as { servers: readonly Record<string, unknown>[] };
  const idle = servers.find((one) => one['OS-EXT-STS:task_state'] === null);
  if (idle !== undefined) return String(idle.id);
  const server = { name: 'probe', flavorRef: '1', imageRef: imageOf(fixture), networks: 'auto' };
  const made = await sendTo(region, fixture, 'POST /compute/v2.1/servers', { ...options, body: { server } });
  if (made.status !== 202) return null;
  const { id } = (JSON.parse(made.text) as { server: { id: string } }).server;
  await waitUntil(`server ${id} to be ACTIVE`, async () => {
    const shown = await sendTo(region, fixture, `GET /compute/v2.1/servers/${id}`, options);
    return (JSON.parse(shown.text) as { server: { status: string } }).server.status === 'ACTIVE';
  });
  return id;
}
