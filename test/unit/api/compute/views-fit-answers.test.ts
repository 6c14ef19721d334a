import { describe, expect, it } from 'vitest';
import type { HomeWithBuild } from '#platform/directory/stores/homes/home.ts';
import { aggregateResponse, newAggregateResponse } from '../../../../api/compute/aggregates/schema.ts';
import { aggregateView, newAggregateView } from '../../../../api/compute/aggregates/view.ts';
import { flavorResponse, flavorsResponse } from '../../../../api/compute/flavors/schema.ts';
import { flavorDetail, flavorSummary } from '../../../../api/compute/flavors/view.ts';
import { hypervisorResponse, hypervisorsResponse } from '../../../../api/compute/hypervisors/schema.ts';
import { hypervisorDetail, hypervisorSummary } from '../../../../api/compute/hypervisors/view.ts';
import { createKeyPairResponse, keyPairResponse, keyPairsResponse } from '../../../../api/compute/key-pairs/schema.ts';
import { keyPairCreated, keyPairDetail, keyPairInList } from '../../../../api/compute/key-pairs/view.ts';
import { computeMicroversions } from '../../../../api/compute/microversions.ts';
import { groupResponse } from '../../../../api/compute/server-groups/schema.ts';
import { serverGroupView } from '../../../../api/compute/server-groups/view.ts';
import { serversDetailResponse, serversResponse } from '../../../../api/compute/servers/list/schema.ts';
import { serverResponse } from '../../../../api/compute/servers/show/schema.ts';
import { withGroups } from '../../../../api/compute/servers/show/server-groups.ts';
import { briefServer, detailedServer, plainServer } from '../../../../api/compute/servers/show/server-view.ts';
import {
  briefSilentServer,
  listedSilentServer,
  shownSilentServer,
  showsSilentServers,
} from '../../../../api/compute/servers/show/silent-server.ts';
import { updatedServerResponse } from '../../../../api/compute/servers/update/schema.ts';
import { servicesResponse } from '../../../../api/compute/services/schema.ts';
import { serviceView, unknownServiceView } from '../../../../api/compute/services/view.ts';
import { atVersion, type ByVersion } from '../../../../api/http/by-version.ts';
import { Links } from '../../../../api/http/links.ts';
import type { ApiRequest } from '../../../../api/http/route.ts';
import { since } from '../../../../api/http/since.ts';
import { type Schema, violationOf } from '../../../../api/http/validator.ts';
import { NOBODY } from '../../../../api/identity/caller.ts';
import { DEFAULT_POLICIES } from '../../../../api/policies/policy-set.ts';
import { aHost } from '../../../integration/api/compute/stub-cells.ts';
import { aFlavor } from '../../../support/a-build.ts';
import { anInstance } from './servers/an-instance.ts';

/** Views and declared answers have the same steps: what is shown fits at every microversion, to admins and to others. */
const { oldest, newest } = computeMicroversions;
const VERSIONS = Array.from({ length: newest - oldest + 1 }, (_, index) => oldest + index);
const NOW = '2026-01-01T00:00:00.123Z';
const SINCE = since({ wholeUpdate: 75 });

const asked = (minor: number, isAdmin: boolean) =>
  ({
    version: { minor, legacy: false },
    caller: { ...NOBODY, policies: DEFAULT_POLICIES, projectId: 'p', roles: ['member', 'reader'], isAdmin },
    links: new Links('http://api/compute', '/v2.1'),
  }) as unknown as ApiRequest;

/** The microversions, with `!` for admins, at which what is shown is not as declared. */
function misfits(response: ByVersion<Schema>, show: (request: ApiRequest) => unknown): readonly string[] {
  return VERSIONS.flatMap((minor) =>
    [false, true].flatMap((isAdmin) => {
      const shown = show(asked(minor, isAdmin));
      const schema = atVersion(response, { minor });
      if (shown === undefined) return [];
      if (schema === undefined) return [`2.${minor}: nothing declared`];
      const error = violationOf(schema, JSON.parse(JSON.stringify(shown)));
      return error === null ? [] : [`2.${minor}${isAdmin ? '!' : ''}: ${error.instancePath} ${error.message}`];
    }),
  );
}

const failed = anInstance({
  vmState: 'error',
  fault: { code: 500, message: 'No host', details: 'why', createdAt: NOW },
  lockedBy: 'admin',
  lockReason: 'because',
  userData: 'aGVsbG8=',
  availabilityZone: 'nova',
  schedulerHints: { group: 'x', same_host: ['a', 'b'] },
  trustedImageCertificates: ['one'],
  serverGroup: { id: 'g', name: 'g', policy: 'affinity', maxServerPerHost: 1 },
});
const unplaced = anInstance({ vmState: 'building', taskState: 'scheduling', host: null, node: null, zone: null });
const home = (): HomeWithBuild => ({
  uuid: failed.uuid,
  projectId: 'p',
  userId: 'u',
  name: 'web',
  state: 'placed',
  cellId: 'c',
  placingCellId: null,
  epoch: 1,
  moving: null,
  deleteRequested: false,
  fault: null,
  vcpus: 1,
  ramMb: 64,
  createdAt: NOW,
  updatedAt: NOW,
  deletedAt: null,
  build: failed,
  buildRevision: 0,
});

describe.each([
  ['active', anInstance()],
  ['in error', failed],
  ['not yet placed', unplaced],
])('a server that is %s', (_what, instance) => {
  it('fits lists', () => {
    expect(misfits(serversResponse, (request) => ({ servers: [briefServer(instance, request)] }))).toEqual([]);
    expect(misfits(serversDetailResponse, (request) => ({ servers: [detailedServer(instance, request)] }))).toEqual([]);
  });
  it('fits the answers to GET and PUT', () => {
    const one = (view: typeof detailedServer) => (request: ApiRequest) => ({
      server: withGroups(view(instance, request), instance, request),
    });
    expect(misfits(serverResponse, one(detailedServer))).toEqual([]);
    const updated = (request: ApiRequest) =>
      one(SINCE.wholeUpdate(request.version) ? detailedServer : plainServer)(request);
    expect(misfits(updatedServerResponse, updated)).toEqual([]);
  });
});

it('a server of a silent cell fits', () => {
  const shown = (view: (request: ApiRequest) => unknown) => (request: ApiRequest) =>
    showsSilentServers(request.version) ? view(request) : undefined;
  const list = (view: typeof briefSilentServer) => shown((request) => ({ servers: [view(home(), request)] }));
  expect(misfits(serversResponse, list(briefSilentServer))).toEqual([]);
  expect(misfits(serversDetailResponse, list(listedSilentServer))).toEqual([]);
  expect(
    misfits(
      serverResponse,
      shown((request) => ({ server: shownSilentServer(home(), request, ['g']) })),
    ),
  ).toEqual([]);
});

it('flavors fit', () => {
  const flavor = { ...aFlavor({ swapMb: 0, description: null }), createdAt: NOW, updatedAt: null };
  expect(misfits(flavorsResponse, (request) => ({ flavors: [flavorSummary(flavor, request)] }))).toEqual([]);
  for (const specs of [false, true]) {
    expect(misfits(flavorResponse, (request) => ({ flavor: flavorDetail(flavor, request, specs) }))).toEqual([]);
  }
});

it('key pairs fit', () => {
  const keyPair = {
    id: 1,
    userId: 'u',
    name: 'k',
    type: 'ssh' as const,
    publicKey: 'ssh',
    fingerprint: 'aa',
    createdAt: NOW,
  };
  expect(misfits(keyPairsResponse, ({ version }) => ({ keypairs: [keyPairInList(keyPair, version)] }))).toEqual([]);
  expect(misfits(createKeyPairResponse, ({ version }) => keyPairCreated(keyPair, null, version))).toEqual([]);
  expect(misfits(keyPairResponse, ({ version }) => keyPairDetail(keyPair, version))).toEqual([]);
});

it('server groups and aggregates fit', () => {
  const group = {
    uuid: 'g',
    projectId: 'p',
    userId: 'u',
    name: 'g',
    policy: 'anti-affinity' as const,
    maxServerPerHost: 2,
    members: ['a'],
    createdAt: NOW,
  };
  const uuid = '11111111-1111-4111-8111-111111111111';
  const aggregate = {
    id: 1,
    uuid,
    name: 'a',
    hosts: ['h'],
    cellsOfHosts: { h: null },
    metadata: { a: 'b' },
    createdAt: NOW,
    updatedAt: null,
  };
  expect(misfits(groupResponse, ({ version }) => ({ server_group: serverGroupView(group, version) }))).toEqual([]);
  expect(misfits(aggregateResponse, ({ version }) => ({ aggregate: aggregateView(aggregate, version) }))).toEqual([]);
  expect(misfits(newAggregateResponse, ({ version }) => ({ aggregate: newAggregateView(aggregate, version) }))).toEqual(
    [],
  );
});

it('hypervisors and services fit', () => {
  const host = aHost('h', '11111111-1111-4111-8111-111111111111', { uptime: null });
  expect(misfits(hypervisorsResponse, ({ version }) => ({ hypervisors: [hypervisorSummary(host, version)] }))).toEqual(
    [],
  );
  expect(misfits(hypervisorResponse, ({ version }) => ({ hypervisor: hypervisorDetail(host, version) }))).toEqual([]);
  const service = {
    id: host.serviceId,
    binary: 'nova-compute',
    host: 'h',
    zone: 'nova',
    enabled: true,
    disabledReason: null,
    forcedDown: false,
    up: true,
    updatedAt: NOW,
    cell: null,
  };
  const all = ({ version }: ApiRequest) => ({
    services: [
      serviceView(service, new Map(), version),
      ...(showsSilentServers(version) ? [unknownServiceView(service)] : []),
    ],
  });
  expect(misfits(servicesResponse, all)).toEqual([]);
});
