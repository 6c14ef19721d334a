import type { Directory } from '#platform/directory/directory.ts';
import { getImage, type ImageListing, type ImageViewer } from '#platform/directory/stores/images.ts';
import { isVolvoxError, VolvoxError } from '#platform/errors/volvox-error.ts';
import { momentOf } from '../../http/formats.ts';
import { lastOf, type Query } from '../../http/query.ts';
import { pageLimit } from '../page-limit.ts';
import { statusesShownAs } from './view.ts';

const invalid = (message: string): VolvoxError => new VolvoxError('invalid', message);

/** Newest first, as the image API lists. @throws VolvoxError invalid, naming the parameter. */
export async function imageListing(read: Directory['read'], viewer: ImageViewer, query: Query): Promise<ImageListing> {
  const marker = lastOf(query, 'marker');
  return {
    filters: [
      { member: 'isHidden', anyOf: [false] },
      ...textFilter(query, 'name', 'name'),
      ...statusFilter(query),
      ...amountFilter(query, 'minRam', 'minRamMb'),
      ...amountFilter(query, 'minDisk', 'minDiskGb'),
    ],
    sort: [
      { member: 'createdAt', descending: true },
      { member: 'id', descending: true },
    ],
    after: marker === undefined ? null : { ...(await markerOf(read, viewer, marker)) },
    limit: pageLimit(query),
    properties: propertiesOf(query),
    updatedSince: changesSince(query),
  };
}

type Filters = ImageListing['filters'];

function textFilter(query: Query, parameter: string, member: Filters[number]['member']): Filters {
  const value = lastOf(query, parameter);
  return value === undefined ? [] : [{ member, anyOf: [value] }];
}

function statusFilter(query: Query): Filters {
  const value = lastOf(query, 'status');
  return value === undefined ? [] : [{ member: 'status', anyOf: statusesShownAs(value) }];
}

function amountFilter(query: Query, parameter: string, member: Filters[number]['member']): Filters {
  const value = lastOf(query, parameter);
  if (value === undefined) return [];
  if (!/^\d{1,15}$/.test(value))
    throw invalid(`Invalid value '${value}' for '${parameter}' filter: a whole number is expected.`);
  return [{ member, anyOf: [Number(value)] }];
}

/** `server` may be the link of a server; its id is the last part. */
function propertiesOf(query: Query): Readonly<Record<string, string>> {
  const named = Object.entries(query).flatMap(([parameter, values]) => {
    const value = values.at(-1) ?? '';
    if (parameter === 'server') return [['instance_uuid', value.slice(value.lastIndexOf('/') + 1)]];
    if (parameter === 'type') return [['image_type', value]];
    return parameter.startsWith('property-') ? [[parameter.slice('property-'.length), value]] : [];
  });
  return Object.fromEntries(named);
}

function changesSince(query: Query): string | undefined {
  const text = lastOf(query, 'changes-since');
  if (text === undefined) return undefined;
  const moment = momentOf(text);
  if (Number.isNaN(moment)) throw invalid(`Invalid value '${text}' for 'changes-since' filter: a time is expected.`);
  return new Date(moment).toISOString();
}

async function markerOf(read: Directory['read'], viewer: ImageViewer, id: string) {
  return getImage(read, viewer, id).catch((error: unknown) => {
    throw isVolvoxError(error, 'not-found') ? invalid(`Invalid marker: ${id}`) : error;
  });
}
