import { mapVersions } from '../../../http/by-version.ts';
import { arrayOf, string } from '../../../http/parameter-types.ts';
import { shape, shapes, stringOrNull } from '../../../http/response-types.ts';
import { address, plainAddresses } from '../show/schema.ts';

export const addressesResponse = { 1: shape({ addresses: plainAddresses }) };
/** One network by its name. */
export const networkAddressesResponse = {
  1: { type: 'object', minProperties: 1, maxProperties: 1, additionalProperties: arrayOf(shape(address)) },
};

const port = shapes({
  1: {
    port_id: string,
    net_id: string,
    mac_addr: string,
    port_state: string,
    fixed_ips: arrayOf(shape({ subnet_id: string, ip_address: string })),
  },
  70: { tag: stringOrNull },
});
export const interfacesResponse = mapVersions(port, (item) => shape({ interfaceAttachments: arrayOf(item) }));
export const interfaceResponse = mapVersions(port, (item) => shape({ interfaceAttachment: item }));
