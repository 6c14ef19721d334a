import { always } from '../../http/by-version.ts';
import { listQuery, member } from '../../http/listing.ts';
import { arrayOf, several, string } from '../../http/parameter-types.ts';
import { integer, number, shape } from '../../http/response-types.ts';
import { responsesOf } from '../response-types.ts';

/** By what they are filtered and sorted: attributes of networks. */
export const IP_AVAILABILITY_ATTRIBUTES = {
  network_id: member.text('id'),
  network_name: member.text('name'),
  project_id: member.text('projectId'),
  tenant_id: member.text('projectId'),
};
export const listIpAvailabilitiesQuery = always(
  listQuery(IP_AVAILABILITY_ATTRIBUTES, { ip_version: several({ type: 'string', enum: ['4', '6'] }) }),
);

/** Amounts of version 6 are beyond what a client may read exactly. */
const amounts = { total_ips: number, used_ips: integer };
export const { show: showIpAvailabilityResponse, list: listIpAvailabilitiesResponse } = responsesOf(
  'network_ip_availability',
  'network_ip_availabilities',
  shape({
    network_id: string,
    network_name: string,
    project_id: string,
    tenant_id: string,
    ...amounts,
    subnet_ip_availability: arrayOf(
      shape({ subnet_id: string, subnet_name: string, cidr: string, ip_version: integer, ...amounts }),
    ),
  }),
);
