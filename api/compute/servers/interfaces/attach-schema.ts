import { arrayOf, deviceTag, extend, ipAddress, object, orNull, uuid } from '../../../http/parameter-types.ts';
import type { Schema } from '../../../http/validator.ts';

/** Bodies of `POST /servers/{id}/os-interface` (nova/api/openstack/compute/schemas/attach_interfaces.py). */
export interface AttachBody {
  readonly interfaceAttachment?: {
    readonly net_id?: string;
    readonly port_id?: string;
    readonly fixed_ips?: readonly { readonly ip_address: string }[];
    readonly tag?: string | null;
  };
}

const attachment = object({
  net_id: uuid,
  port_id: uuid,
  fixed_ips: arrayOf(object({ ip_address: ipAddress }, ['ip_address']), { minItems: 1, maxItems: 1 }),
});

const body = (schema: Schema): Schema => object({ interfaceAttachment: schema });
export const ATTACH = { 1: body(attachment), 49: body(extend(attachment, { tag: orNull(deviceTag) })) } as const;
