import type { NetworkMap, Trace } from '../client/views.ts';
import { asTable } from './output.ts';
import { printableLine } from './printable.ts';
import { asTree, type Branch } from './tree.ts';

type ShownPort = NetworkMap['ports'][number];

/** A network as a tree: its subnets, its routers, and its ports by cell and host. */
export function networkTree({ network, subnets, routers, ports, more }: NetworkMap): string {
  const segment = network.segmentId === null ? network.segmentType : `${network.segmentType} ${network.segmentId}`;
  const facts = [segment, `mtu ${network.mtu}`];
  if (network.external) facts.push('external');
  if (!network.adminStateUp) facts.push('admin state down');
  return asTree({
    text: `${nameOf(network)}: ${facts.join(', ')}`,
    parts: [
      ...subnets.map(({ cidr, gatewayIp, dhcp }) => ({
        text: `subnet ${cidr}, ${gatewayIp === null ? 'no gateway' : `gateway ${gatewayIp}`}${dhcp ? ', DHCP' : ''}`,
      })),
      ...routers.map((router) => ({
        text: `router ${nameOf(router)} at ${router.addresses.join(', ')}${router.leadsOutside ? ', leads outside' : ''}`,
      })),
      ...byHost(ports),
      ...(more ? [{ text: '… and more ports' }] : []),
    ],
  });
}

const nameOf = ({ id, name }: { readonly id: string; readonly name: string }): string =>
  name === '' ? id : printableLine(name);

function byHost(ports: readonly ShownPort[]): Branch[] {
  const inCells = Map.groupBy(
    ports.filter(({ cell }) => cell !== null),
    ({ cell }) => cell ?? '',
  );
  const elsewhere = ports.filter(({ cell }) => cell === null);
  const cells = [...inCells].sort(([a], [b]) => a.localeCompare(b));
  return [
    ...cells.map(([cell, its]) => ({
      text: `cell ${cell}`,
      parts: [...Map.groupBy(its, ({ host }) => host ?? '')]
        .sort(([a], [b]) => a.localeCompare(b))
        .map(([host, onHost]) => ({ text: host === '' ? 'on no host' : `host ${host}`, parts: onHost.map(portLine) })),
    })),
    ...(elsewhere.length === 0 ? [] : [{ text: 'in no cell', parts: elsewhere.map(portLine) }]),
  ];
}

function portLine({ id, name, addresses, owner, device, deviceName, problem }: ShownPort): Branch {
  const at = addresses.length === 0 ? 'no address' : addresses.join(', ');
  const whose = device === '' ? 'unused' : `${owner} ${deviceName === null ? device : printableLine(deviceName)}`;
  const called = name === '' ? id : printableLine(name);
  return { text: `${at}  ${whose}  (port ${called})${problem === null ? '' : `: ${printableLine(problem)}`}` };
}

/** The hops of a packet as a table, and a last line with what becomes of it. */
export function traceText({ packet, hops, verdict }: Trace): string {
  const rows = hops.map(({ at, subject, cell, host, verdict: here, reason }) => ({
    at,
    id: subject,
    host: host === null ? cell : `${cell}/${host}`,
    verdict: here,
    reason,
  }));
  const end = hops.at(-1);
  const where = end === undefined ? '' : ` at ${end.at} ${end.subject}: ${printableLine(end.reason)}`;
  const answers = {
    passes: `${packet.from} reaches ${packet.to}.`,
    drops: `${packet.from} does not reach ${packet.to}: dropped${where}`,
    unknown: `Whether ${packet.from} reaches ${packet.to} is not sure; see the verdicts above.`,
  };
  return `${asTable(rows)}${answers[verdict]}\n`;
}
