import { always } from '../../http/by-version.ts';
import { column, listQuery } from '../../http/listing.ts';
import { arrayOf, string } from '../../http/parameter-types.ts';
import { flag, oneOf, shape, stringOrNull } from '../../http/response-types.ts';
import { selfLinks } from '../response-types.ts';

export const SERVICE_ATTRIBUTES = { name: column.text('name'), type: column.text('type') };
export const ENDPOINT_ATTRIBUTES = {
  interface: column.text('interface'),
  service_id: column.text('service_id'),
  region: column.text('region'),
  region_id: column.text('region_id'),
  enabled: column.boolean('enabled'),
};
export const REGION_ATTRIBUTES = { parent_region_id: column.text('parent_region_id') };

export const listServicesQuery = always(listQuery(SERVICE_ATTRIBUTES));
export const listEndpointsQuery = always(listQuery(ENDPOINT_ATTRIBUTES));
export const listRegionsQuery = always(listQuery(REGION_ATTRIBUTES));

const endpointMembers = {
  id: string,
  interface: oneOf('public', 'internal', 'admin'),
  region: string,
  region_id: string,
  url: string,
};
export const service = shape({
  id: string,
  type: string,
  name: string,
  description: string,
  enabled: flag,
  links: selfLinks,
});
export const endpoint = shape({ ...endpointMembers, service_id: string, enabled: flag, links: selfLinks });
export const region = shape({ id: string, description: string, parent_region_id: stringOrNull, links: selfLinks });
/** The catalog as tokens carry it. */
export const catalog = arrayOf(
  shape({ id: string, type: string, name: string, endpoints: arrayOf(shape(endpointMembers)) }),
);
