import { always } from '../../http/by-version.ts';
import { listQuery, member } from '../../http/listing.ts';
import { arrayOf, string } from '../../http/parameter-types.ts';
import { flag, oneOf, shape, stringOrNull } from '../../http/response-types.ts';
import { selfLinks } from '../response-types.ts';

export const SERVICE_ATTRIBUTES = { name: member.text('name'), type: member.text('type') };
export const ENDPOINT_ATTRIBUTES = {
  interface: member.text('interface'),
  service_id: member.text('service_id'),
  region: member.text('region'),
  region_id: member.text('region_id'),
  enabled: member.boolean('enabled'),
};
export const REGION_ATTRIBUTES = { parent_region_id: member.text('parent_region_id') };

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
