import { type Static, Type } from 'typebox';
import { Uuid } from '#platform/objects/scalars.ts';
import { always } from '../../http/by-version.ts';
import { arrayOf, string } from '../../http/parameter-types.ts';
import { flag, integer, integerOrNull, oneOf, shape, stringOrNull } from '../../http/response-types.ts';
import { jsonSchema } from '../../http/typebox-schema.ts';

const NewTrace = Type.Object(
  {
    /** The port that sends. */
    from: Uuid,
    /** A port, or an address. */
    to: Type.String({ minLength: 1, maxLength: 64 }),
    /** The sender's address; one of the port's by default. */
    sender: Type.Optional(Type.String({ minLength: 1, maxLength: 64 })),
    /** By name or number, as in rules of security groups; tcp by default. */
    protocol: Type.Optional(Type.String({ minLength: 1, maxLength: 32 })),
    /** Where it is addressed to; of ICMP the type. */
    port: Type.Optional(Type.Integer({ minimum: 0, maximum: 65_535 })),
  },
  { additionalProperties: false },
);
export type NewTrace = Static<typeof NewTrace>;
export const newTraceBody = always(jsonSchema(NewTrace));

const verdict = oneOf('passes', 'drops', 'unknown');
export const traceResponse = always(
  shape({
    trace: shape({
      verdict,
      packet: shape({ from: string, to: string, protocol: integer, port: integerOrNull }),
      hops: arrayOf(
        shape({ at: string, subject: string, cell: stringOrNull, host: stringOrNull, verdict, reason: string }),
      ),
      silentCells: arrayOf(string),
    }),
  }),
);

export const showNetworkResponse = always(
  shape({
    network: shape({
      id: string,
      name: string,
      projectId: string,
      segmentType: string,
      segmentId: integerOrNull,
      mtu: integer,
      external: flag,
      adminStateUp: flag,
    }),
    subnets: arrayOf(shape({ id: string, name: string, cidr: string, gatewayIp: stringOrNull, dhcp: flag })),
    /** With their interfaces in this network. */
    routers: arrayOf(shape({ id: string, name: string, addresses: arrayOf(string), leadsOutside: flag })),
    ports: arrayOf(
      shape({
        id: string,
        name: string,
        mac: string,
        addresses: arrayOf(string),
        status: string,
        /** What uses it: a server, a router; empty: nothing. */
        owner: string,
        device: string,
        deviceName: stringOrNull,
        cell: stringOrNull,
        host: stringOrNull,
        /** What is wrong with it, as its host says. */
        problem: stringOrNull,
      }),
    ),
    /** There are more ports than are listed. */
    more: flag,
    silentCells: arrayOf(string),
  }),
);
