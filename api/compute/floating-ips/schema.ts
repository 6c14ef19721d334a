import { always } from '../../http/by-version.ts';
import { arrayOf, string } from '../../http/parameter-types.ts';
import { shape, stringOrNull } from '../../http/response-types.ts';

/** No body at all is allowed; every other member is ignored. */
export const createFloatingIpBody = always({
  type: ['object', 'null'],
  properties: { pool: { type: ['string', 'null'], maxLength: 255 } },
});

const floatingIp = shape({
  id: string,
  ip: string,
  pool: string,
  fixed_ip: stringOrNull,
  instance_id: stringOrNull,
});
export const floatingIpResponse = always(shape({ floating_ip: floatingIp }));
export const floatingIpsResponse = always(shape({ floating_ips: arrayOf(floatingIp) }));
export const poolsResponse = always(shape({ floating_ip_pools: arrayOf(shape({ name: string })) }));
