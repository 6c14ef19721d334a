import { VolvoxError } from '#platform/errors/volvox-error.ts';
import { always } from '../../http/by-version.ts';
import { ignoredQuery } from '../../http/parameter-types.ts';
import type { Policy } from '../../http/policy.ts';
import { type ApiRequest, type Route, route } from '../../http/route.ts';
import { PROXIES_UNTIL } from '../proxies.ts';
import * as policies from './policy.ts';
import { createSnapshotBody, createVolumeBody, listQuery, snapshotsResponse, volumesResponse } from './schema.ts';

interface NewVolume {
  readonly volume: { readonly snapshot_id?: string };
}
interface NewSnapshot {
  readonly snapshot: { readonly volume_id: string };
}

const NO_SERVICE = 'This region has no volume service.';

const volumeNotFound = (id: string | undefined): VolvoxError =>
  new VolvoxError('not-found', `Volume ${id} could not be found. ${NO_SERVICE}`);
const snapshotNotFound = (id: string | undefined): VolvoxError =>
  new VolvoxError('not-found', `Snapshot ${id} could not be found. ${NO_SERVICE}`);

/**
 * The proxies of volumes and their snapshots in a region without a volume service: nothing is listed, nothing is found, and nothing can be made.
 * Nova itself answers 500 to all of them there, for want of an endpoint.
 */
export const volumeProxyRoutes: readonly Route[] = [
  ...listRoutes('volumes', policies.VOLUMES_LIST, policies.VOLUMES_DETAIL),
  ...listRoutes('snapshots', policies.SNAPSHOTS_LIST, policies.SNAPSHOTS_DETAIL),
  ...memberRoutes('volumes', policies.VOLUMES_SHOW, policies.VOLUMES_DELETE, volumeNotFound),
  ...memberRoutes('snapshots', policies.SNAPSHOTS_SHOW, policies.SNAPSHOTS_DELETE, snapshotNotFound),
  route<NewVolume>({
    method: 'POST',
    path: '/os-volumes',
    until: PROXIES_UNTIL,
    summary: 'Makes a volume: there is no volume service, 400.',
    policy: policies.VOLUMES_CREATE,
    query: ignoredQuery,
    body: createVolumeBody,
    response: always('empty'),
    handle: ({ body: { volume } }) => {
      if (volume.snapshot_id !== undefined) throw snapshotNotFound(volume.snapshot_id);
      throw new VolvoxError('invalid', `Invalid input received: ${NO_SERVICE} No volume can be made.`);
    },
  }),
  route<NewSnapshot>({
    method: 'POST',
    path: '/os-snapshots',
    until: PROXIES_UNTIL,
    summary: 'Makes a snapshot of a volume: there is no volume service, 400.',
    policy: policies.SNAPSHOTS_CREATE,
    query: ignoredQuery,
    body: createSnapshotBody,
    response: always('empty'),
    handle: ({ body: { snapshot } }) => {
      throw new VolvoxError('invalid', volumeNotFound(snapshot.volume_id).message);
    },
  }),
];

function listRoutes(noun: 'volumes' | 'snapshots', list: Policy, detail: Policy): readonly Route[] {
  const shared = {
    method: 'GET',
    until: PROXIES_UNTIL,
    query: listQuery,
    response: noun === 'volumes' ? volumesResponse : snapshotsResponse,
    handle: () => ({ [noun]: [] }),
  } as const;
  return [
    route({ ...shared, path: `/os-${noun}`, policy: list, summary: `Lists ${noun}: there are none.` }),
    route({ ...shared, path: `/os-${noun}/detail`, policy: detail, summary: `Lists ${noun}: there are none.` }),
  ];
}

function memberRoutes(
  noun: 'volumes' | 'snapshots',
  show: Policy,
  remove: Policy,
  notFound: (id: string | undefined) => VolvoxError,
): readonly Route[] {
  const shared = {
    path: `/os-${noun}/:id`,
    until: PROXIES_UNTIL,
    query: ignoredQuery,
    response: always('empty' as const),
    handle: ({ params }: ApiRequest): never => {
      throw notFound(params.id);
    },
  };
  const one = noun.slice(0, -1);
  return [
    route({ ...shared, method: 'GET', policy: show, summary: `Shows a ${one}: there are none, 404.` }),
    route({
      ...shared,
      method: 'DELETE',
      status: 202,
      policy: remove,
      summary: `Deletes a ${one}: there are none, 404.`,
    }),
  ];
}
