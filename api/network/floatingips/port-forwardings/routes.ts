import { randomUUID } from 'node:crypto';
import type { DirectoryTx } from '#platform/directory/directory.ts';
import { type FloatingIpRecord, getFloatingIp, lockFloatingIp } from '#platform/directory/stores/floating-ips.ts';
import {
  getPortForwarding,
  listPortForwardings,
  type PortForwardingRecord,
} from '#platform/directory/stores/port-forwardings.ts';
import { lockPort, type PortRecord } from '#platform/directory/stores/ports.ts';
import { timestamp } from '#platform/time/clock.ts';
import type { ApiDeps } from '../../../deps.ts';
import { noQuery } from '../../../http/parameter-types.ts';
import { type Authorizing, authorizeOwner, type Policy } from '../../../http/policy.ts';
import { type Route, route } from '../../../http/route.ts';
import { answerList } from '../../answer-list.ts';
import { emptyResponse, showQuery } from '../../response-types.ts';
import * as policies from '../policy.ts';
import { badForwarding, readPorts } from './read-ports.ts';
import * as schemas from './schema.ts';
import { forwardingView } from './view.ts';
import { addForwarding, changeForwarding, internalAddressOf, removeForwarding } from './write-forwarding.ts';

const PATH = '/v2.0/floatingips/:id/port_forwardings';

/** Port forwardings of a floating address: `GET`, `POST`, `PUT`, `DELETE` under `/v2.0/floatingips/{id}/port_forwardings`. */
export function portForwardingRoutes({ directory, clock }: Pick<ApiDeps, 'directory' | 'clock'>): readonly Route[] {
  const now = () => timestamp(clock.now());
  /** Locks the port, then the floating address: with what it is under its lock. */
  const locked = async (tx: DirectoryTx, policy: Policy, caller: Authorizing, id: string, portId: string) => {
    authorizeOwner(policy, caller, await getFloatingIp(tx, caller, id));
    const port = await lockPort(tx, caller, portId);
    return { port, floatingIp: await lockFloatingIp(tx, caller, id) };
  };
  const show = async (caller: Authorizing, id: string, forwarding: string) => {
    await getFloatingIp(directory.read, caller, id);
    return { port_forwarding: forwardingView(await getPortForwarding(directory.read, id, forwarding)) };
  };

  return [
    route({
      method: 'GET',
      path: PATH,
      summary: 'Lists the port forwardings of a floating address.',
      policy: policies.GET_FORWARDING,
      query: schemas.listForwardingsQuery,
      fields: 'port_forwardings',
      response: schemas.listForwardingsResponse,
      handle: async (request) => {
        const { id } = await getFloatingIp(directory.read, request.caller, request.params.id ?? '');
        return answerList(request, {
          noun: 'port_forwardings',
          path: `floatingips/${id}/port_forwardings`,
          attributes: schemas.FORWARDING_ATTRIBUTES,
          list: (listing) => listPortForwardings(directory.read, id, listing),
          get: (one) => getPortForwarding(directory.read, id, one),
          views: (rows) => rows.map(forwardingView),
        });
      },
    }),
    route<schemas.CreateForwarding>({
      method: 'POST',
      path: PATH,
      summary: 'Leads ports of a floating address to a port of a server.',
      policy: policies.CREATE_FORWARDING,
      authorizes: 'handler',
      body: schemas.createForwardingBody,
      status: 201,
      response: schemas.showForwardingResponse,
      handle: async ({ body: { port_forwarding: given }, caller, params: { id = '' } }) => {
        const forwarding = await directory.transaction(async (tx) => {
          const portId = given.internal_port_id;
          const { port, floatingIp } = await locked(tx, policies.CREATE_FORWARDING, caller, id, portId);
          const made = newForwarding(floatingIp, port, given);
          await addForwarding(tx, caller, { floatingIp, port, forwarding: made }, now());
          return made;
        });
        return { port_forwarding: forwardingView(forwarding) };
      },
    }),
    route({
      method: 'GET',
      path: `${PATH}/:forwarding`,
      summary: 'Shows a port forwarding.',
      policy: policies.GET_FORWARDING,
      query: showQuery,
      fields: 'port_forwarding',
      response: schemas.showForwardingResponse,
      handle: ({ caller, params: { id = '', forwarding = '' } }) => show(caller, id, forwarding),
    }),
    route<schemas.ForwardingUpdate>({
      method: 'PUT',
      path: `${PATH}/:forwarding`,
      summary: 'Changes a port forwarding.',
      policy: policies.UPDATE_FORWARDING,
      authorizes: 'handler',
      body: schemas.updateForwardingBody,
      response: schemas.showForwardingResponse,
      handle: async ({ body: { port_forwarding: given }, caller, params: { id = '', forwarding = '' } }) => {
        await directory.transaction(async (tx) => {
          await getFloatingIp(tx, caller, id);
          const before = await getPortForwarding(tx, id, forwarding);
          const portId = given.internal_port_id ?? before.internalPortId;
          const { port, floatingIp } = await locked(tx, policies.UPDATE_FORWARDING, caller, id, portId);
          const changed = changedForwarding(await getPortForwarding(tx, id, forwarding), port, given);
          await changeForwarding(tx, caller, { floatingIp, port, forwarding: changed });
        });
        return show(caller, id, forwarding);
      },
    }),
    route({
      method: 'DELETE',
      path: `${PATH}/:forwarding`,
      summary: 'Deletes a port forwarding.',
      policy: policies.DELETE_FORWARDING,
      authorizes: 'handler',
      query: noQuery,
      status: 204,
      response: emptyResponse,
      handle: async ({ caller, params: { id = '', forwarding = '' } }) => {
        await directory.transaction(async (tx) => {
          const floatingIp = authorizeOwner(policies.DELETE_FORWARDING, caller, await lockFloatingIp(tx, caller, id));
          await getPortForwarding(tx, id, forwarding);
          await removeForwarding(tx, floatingIp, forwarding, now());
        });
      },
    }),
  ];
}

type Given = schemas.ForwardingUpdate['port_forwarding'];

function newForwarding(
  { id: floatingIpId }: FloatingIpRecord,
  port: PortRecord,
  given: schemas.CreateForwarding['port_forwarding'],
): PortForwardingRecord {
  return {
    ...{ id: randomUUID(), floatingIpId, description: given.description ?? '' },
    protocol: protocolOf(given.protocol),
    externalPorts: required('external', readPorts('external', given.external_port, given.external_port_range)),
    internalPortId: port.id,
    internalAddress: internalAddressOf(port, given.internal_ip_address).address,
    internalPorts: required('internal', readPorts('internal', given.internal_port, given.internal_port_range)),
  };
}

/** Another port has another address unless one is named. */
function changedForwarding(before: PortForwardingRecord, port: PortRecord, given: Given): PortForwardingRecord {
  const stays = port.id === before.internalPortId ? before.internalAddress : undefined;
  return {
    ...before,
    ...(given.description === undefined ? {} : { description: given.description }),
    ...(given.protocol === undefined ? {} : { protocol: protocolOf(given.protocol) }),
    externalPorts: readPorts('external', given.external_port, given.external_port_range) ?? before.externalPorts,
    internalPortId: port.id,
    internalAddress: internalAddressOf(port, given.internal_ip_address ?? stays).address,
    internalPorts: readPorts('internal', given.internal_port, given.internal_port_range) ?? before.internalPorts,
  };
}

const protocolOf = (given: NonNullable<Given['protocol']>): 'tcp' | 'udp' =>
  given.toLowerCase() === 'tcp' ? 'tcp' : 'udp';

function required(side: 'internal' | 'external', ports: string | undefined): string {
  if (ports !== undefined) return ports;
  throw badForwarding(`${side}_port or ${side}_port_range must be specified`);
}
