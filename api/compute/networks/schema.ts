import { always } from '../../http/by-version.ts';
import { arrayOf, nothing, string } from '../../http/parameter-types.ts';
import { oneOf, shape } from '../../http/response-types.ts';
import { EMPTY, EMPTY_FOR_ADMINS } from './view.ts';

const network = shape({
  id: string,
  label: string,
  ...Object.fromEntries(EMPTY.map((name) => [name, nothing])),
  ...Object.fromEntries(EMPTY_FOR_ADMINS.map((name) => [`${name}?`, nothing])),
});
export const networksResponse = always(shape({ networks: arrayOf(network) }));
export const networkResponse = always(shape({ network }));

const tenantNetwork = shape({ id: string, label: string, cidr: oneOf('None') });
export const tenantNetworksResponse = always(shape({ networks: arrayOf(tenantNetwork) }));
export const tenantNetworkResponse = always(shape({ network: tenantNetwork }));
