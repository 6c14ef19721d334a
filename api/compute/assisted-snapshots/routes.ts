import { VolvoxError } from '#platform/errors/volvox-error.ts';
import { always } from '../../http/by-version.ts';
import { ignoredQuery, looseQuery, object, several, strictQuery, string, wrapped } from '../../http/parameter-types.ts';
import { policy } from '../../http/policy.ts';
import { lastOf } from '../../http/query.ts';
import { type Route, route } from '../../http/route.ts';

const CREATE = policy('os_compute_api:os-assisted-volume-snapshots:create');
const DELETE = policy('os_compute_api:os-assisted-volume-snapshots:delete');

const text = { type: 'string', minLength: 1 };
const createInfo = object({ snapshot_id: text, type: { type: 'string', enum: ['qcow2'] }, new_file: text, id: text }, [
  'snapshot_id',
  'type',
  'new_file',
]);
const createBody = always(
  wrapped('snapshot', object({ volume_id: text, create_info: createInfo }, ['volume_id', 'create_info'])),
);
const INFO = { delete_info: several(string) };
const deleteQuery = { 1: looseQuery(INFO), 75: strictQuery(INFO) };

interface NewSnapshot {
  readonly snapshot: { readonly volume_id: string };
}

/** What a volume service asks of the Compute API: snapshots of volumes that are in use. No server has a volume, so none is found. */
export const assistedSnapshotRoutes: readonly Route[] = [
  route<NewSnapshot>({
    method: 'POST',
    path: '/os-assisted-volume-snapshots',
    status: 400,
    summary: 'Makes a snapshot of a volume in use: there are none, 400.',
    policy: CREATE,
    query: ignoredQuery,
    body: createBody,
    response: always('empty'),
    handle: ({ body: { snapshot } }) => {
      throw noDevice(snapshot.volume_id);
    },
  }),
  route({
    method: 'DELETE',
    path: '/os-assisted-volume-snapshots/:id',
    status: 400,
    summary: 'Deletes a snapshot of a volume in use: there are none, 400.',
    policy: DELETE,
    query: deleteQuery,
    response: always('empty'),
    handle: ({ query }) => {
      throw noDevice(volumeOf(lastOf(query, 'delete_info')));
    },
  }),
];

const noDevice = (volume: string): VolvoxError =>
  new VolvoxError('invalid', `No volume Block Device Mapping with id ${volume}.`);

/** @throws VolvoxError invalid, with the name of what is missing or malformed. */
function volumeOf(info: string | undefined): string {
  if (info === undefined)
    throw new VolvoxError('invalid', "The parameter 'delete_info' is missing. Expected: a JSON object with volume_id.");
  const { volume_id: volume } = parsed(info);
  if (typeof volume !== 'string')
    throw new VolvoxError(
      'invalid',
      'delete_info: \'volume_id\' is missing. Expected: delete_info={"volume_id": "…"}.',
    );
  return volume;
}

function parsed(info: string): { readonly volume_id?: unknown } {
  try {
    const value: unknown = JSON.parse(info);
    if (typeof value === 'object' && value !== null) return value;
  } catch (error) {
    throw new VolvoxError('invalid', 'delete_info must be a JSON object with volume_id.', { cause: error });
  }
  throw new VolvoxError('invalid', 'delete_info must be a JSON object with volume_id.');
}
