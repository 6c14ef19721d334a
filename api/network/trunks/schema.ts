import { type Static, Type } from 'typebox';
import { always } from '../../http/by-version.ts';
import { listQuery, member } from '../../http/listing.ts';
import { arrayOf, string } from '../../http/parameter-types.ts';
import { flag, integer, shape } from '../../http/response-types.ts';
import { jsonSchema } from '../../http/typebox-schema.ts';
import { bodiesOf, Id, Name, strict, type Updated } from '../request-types.ts';
import { responsesOf, standardMembers } from '../response-types.ts';
import { STANDARD_ATTRIBUTES } from '../standard-attributes.ts';

/** What one request names. A trunk has no more either. */
export const MAX_SUBPORTS = 256;

/** Of a type and an id what they say is checked in Neutron's words (`read-subports.ts`). Clients write numbers as text, too. */
const NewSubport = Type.Object(
  {
    port_id: Id,
    segmentation_type: Type.Optional(Type.String({ maxLength: 32 })),
    segmentation_id: Type.Optional(
      Type.Unsafe<number | string>({ type: ['integer', 'string'], pattern: '^\\d{1,10}$' }),
    ),
  },
  strict,
);
export type NewSubport = Static<typeof NewSubport>;

const changeable = {
  name: Type.Optional(Name),
  description: Type.Optional(Name),
  admin_state_up: Type.Optional(Type.Boolean()),
};
const NewTrunk = Type.Object(
  {
    ...changeable,
    port_id: Id,
    sub_ports: Type.Optional(Type.Array(NewSubport, { maxItems: MAX_SUBPORTS })),
    project_id: Type.Optional(Id),
    tenant_id: Type.Optional(Id),
  },
  strict,
);
export type NewTrunk = Static<typeof NewTrunk>;
export type TrunkUpdate = Updated<'trunk', typeof changeable>;
export const { create: createTrunkBody, update: updateTrunkBody } = bodiesOf('trunk', 'trunks', {
  created: NewTrunk,
  changeable,
});

const Added = Type.Object({ sub_ports: Type.Array(NewSubport, { maxItems: MAX_SUBPORTS }) }, strict);
export type Added = Static<typeof Added>;
export const addSubportsBody = always(jsonSchema(Added));
/** Clients may repeat what a subport is; which one it is says its port. */
const Removed = Type.Object(
  { sub_ports: Type.Array(Type.Object({ port_id: Id }), { maxItems: MAX_SUBPORTS }) },
  strict,
);
export type Removed = Static<typeof Removed>;
export const removeSubportsBody = always(jsonSchema(Removed));

/** By what trunks are filtered and sorted. */
export const TRUNK_ATTRIBUTES = {
  ...STANDARD_ATTRIBUTES,
  admin_state_up: member.boolean('adminStateUp'),
  status: member.text('status'),
  port_id: member.text('portId'),
};
export const listTrunksQuery = always(listQuery(TRUNK_ATTRIBUTES));

const subport = { port_id: string, segmentation_type: string, segmentation_id: integer };
const subports = arrayOf(shape(subport));
const trunk = shape({
  ...standardMembers,
  name: string,
  admin_state_up: flag,
  status: string,
  port_id: string,
  sub_ports: subports,
});
export const {
  show: showTrunkResponse,
  list: listTrunksResponse,
  create: createTrunkResponse,
} = responsesOf('trunk', 'trunks', trunk);
/** What adds and removes subports answers: the trunk by itself. */
export const changedTrunkResponse = always(trunk);
export const subportsResponse = always(shape({ sub_ports: subports }));
/** `trunk_details` of a port. */
export const trunkDetails = shape({
  trunk_id: string,
  sub_ports: arrayOf(shape({ ...subport, mac_address: string })),
});
