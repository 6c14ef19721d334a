import { type Static, Type } from 'typebox';
import { always } from '../../../http/by-version.ts';
import { listQuery, member } from '../../../http/listing.ts';
import { string } from '../../../http/parameter-types.ts';
import { integer, pageOf, shape } from '../../../http/response-types.ts';
import { jsonSchema } from '../../../http/typebox-schema.ts';
import { canonicalIp } from '../../canonical.ts';
import { Address, Id, Name, oneOfValues, strict, textOrNull, type Updated, updateBody } from '../../request-types.ts';

const MAX_PORT = 65_535;
const PortNumber = Type.Optional(
  Type.Unsafe<number | null>({ type: ['integer', 'null'], minimum: 1, maximum: MAX_PORT }),
);
/** `80:90`; what it says is checked where it is read. */
const Range = Type.Optional(textOrNull(11));

const changeable = {
  description: Type.Optional(Name),
  protocol: Type.Optional(oneOfValues(['tcp', 'udp', 'TCP', 'UDP'])),
  internal_port_id: Type.Optional(Id),
  internal_ip_address: Type.Optional(Address),
  internal_port: PortNumber,
  internal_port_range: Range,
  external_port: PortNumber,
  external_port_range: Range,
};
const NewForwarding = Type.Object(
  {
    ...changeable,
    protocol: oneOfValues(['tcp', 'udp', 'TCP', 'UDP']),
    internal_port_id: Id,
    project_id: Type.Optional(Id),
    tenant_id: Type.Optional(Id),
  },
  strict,
);
const CreateBody = Type.Object({ port_forwarding: NewForwarding }, strict);
export type CreateForwarding = Static<typeof CreateBody>;
export type ForwardingUpdate = Updated<'port_forwarding', typeof changeable>;
export const createForwardingBody = always(jsonSchema(CreateBody));
export const updateForwardingBody = updateBody('port_forwarding', changeable);

const rangeOf = (text: string): string => (text.includes(':') ? text : `${text}:${text}`);
/** By what port forwardings are filtered and sorted. A number is a range of one. */
export const FORWARDING_ATTRIBUTES = {
  id: member.text('id'),
  description: member.text('description'),
  protocol: member.text('protocol', (text) => text.toLowerCase()),
  internal_port_id: member.text('internalPortId'),
  internal_ip_address: member.text('internalAddress', canonicalIp),
  internal_port: member.text('internalPorts', rangeOf),
  internal_port_range: member.text('internalPorts', rangeOf),
  external_port: member.text('externalPorts', rangeOf),
  external_port_range: member.text('externalPorts', rangeOf),
};
export const listForwardingsQuery = always(listQuery(FORWARDING_ATTRIBUTES));

const integerOrNull = { anyOf: [integer, { type: 'null' }] };
/** As both views show the ports. */
export const portMembers = {
  internal_port_id: string,
  internal_port: integerOrNull,
  internal_port_range: string,
  external_port: integerOrNull,
  external_port_range: string,
};
const forwarding = shape({
  ...portMembers,
  id: string,
  description: string,
  protocol: string,
  internal_ip_address: string,
});
export const showForwardingResponse = always(shape({ port_forwarding: forwarding }));
export const listForwardingsResponse = always(pageOf('port_forwardings', forwarding));
