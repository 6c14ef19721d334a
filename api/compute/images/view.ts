import type { ImageRecord } from '#platform/directory/stores/images.ts';
import { isTrue } from '../../http/parameter-types.ts';
import type { ApiRequest } from '../../http/route.ts';
import { glanceTime } from '../../image/images/view.ts';

/** Glance's status → the status and the progress in per cent that the Compute API shows. */
const SHOWN: Readonly<Record<ImageRecord['status'], readonly [status: string, progress: number]>> = {
  queued: ['SAVING', 25],
  saving: ['SAVING', 50],
  active: ['ACTIVE', 100],
  deactivated: ['UNKNOWN', 0],
};
export const STATUSES = ['ACTIVE', 'SAVING', 'UNKNOWN'] as const;

/** The image statuses that are shown as this one; a status that no image has here: none. */
export const statusesShownAs = (shown: string): readonly string[] =>
  Object.entries(SHOWN).flatMap(([status, [name]]) => (name === shown.toUpperCase() ? [status] : []));

/** @param imageEndpoint the endpoint of the image API, without a version. */
export const imageSummary = (
  { id, name }: ImageRecord,
  { links }: ApiRequest,
  imageEndpoint: string,
): Record<string, unknown> => ({
  id,
  name,
  links: [
    ...links.both('images', id),
    { rel: 'alternate', type: 'application/vnd.openstack.image', href: `${imageEndpoint}/images/${id}` },
  ],
});

export function imageDetail(image: ImageRecord, request: ApiRequest, imageEndpoint: string): Record<string, unknown> {
  const { properties } = image;
  const [status, progress] = SHOWN[image.status];
  return {
    ...imageSummary(image, request, imageEndpoint),
    metadata: properties,
    minRam: image.minRamMb,
    minDisk: image.minDiskGb,
    created: glanceTime(image.createdAt),
    updated: glanceTime(image.updatedAt),
    status,
    progress,
    'OS-EXT-IMG-SIZE:size': image.sizeBytes ?? 0,
    ...(properties.auto_disk_config === undefined
      ? {}
      : { 'OS-DCF:diskConfig': isTrue(properties.auto_disk_config) ? 'AUTO' : 'MANUAL' }),
    ...(properties.instance_uuid === undefined
      ? {}
      : { server: { id: properties.instance_uuid, links: request.links.both('servers', properties.instance_uuid) } }),
  };
}
