import { always } from '../../http/by-version.ts';
import {
  boolean,
  looseQuery,
  nonNegativeInteger,
  object,
  several,
  string,
  wrapped,
} from '../../http/parameter-types.ts';
import { emptyList, shape } from '../../http/response-types.ts';

export const listQuery = always(
  looseQuery({ limit: several(nonNegativeInteger), offset: several(nonNegativeInteger) }),
);

const texts = { display_name: string, display_description: string };

export const createVolumeBody = always(
  wrapped(
    'volume',
    object(
      {
        ...texts,
        volume_type: string,
        metadata: { type: 'object' },
        snapshot_id: string,
        size: { type: ['integer', 'string'], pattern: '^[0-9]+$', minimum: 1 },
        availability_zone: string,
      },
      ['size'],
    ),
  ),
);
export const createSnapshotBody = always(
  wrapped('snapshot', object({ ...texts, volume_id: string, force: boolean }, ['volume_id'])),
);

export const volumesResponse = always(shape({ volumes: emptyList }));
export const snapshotsResponse = always(shape({ snapshots: emptyList }));
