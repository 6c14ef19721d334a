import { expect, test } from 'vitest';
import { networkTree, traceText } from '../../../deploy/cli/network-views.ts';
import type { NetworkMap, Trace } from '../../../deploy/client/views.ts';

const port = (id: string, address: string, more: Partial<NetworkMap['ports'][number]> = {}) => ({
  ...{ id, name: '', mac: 'fa:16:3e:00:00:01', addresses: [address], status: 'ACTIVE', owner: 'compute:nova' },
  ...{ device: 'd', deviceName: `web-${id}`, cell: 'east', host: 'h1', problem: null },
  ...more,
});
const map: NetworkMap = {
  network: {
    ...{ id: 'n', name: 'web', projectId: 'p', segmentType: 'vxlan', segmentId: 77, mtu: 1450 },
    ...{ external: false, adminStateUp: true },
  },
  subnets: [{ id: 's', name: '', cidr: '10.1.0.0/24', gatewayIp: '10.1.0.1', dhcp: true }],
  routers: [{ id: 'r', name: 'edge', addresses: ['10.1.0.1'], leadsOutside: true }],
  ports: [
    port('2', '10.1.0.6', { host: 'h2', problem: 'its host has not plugged it yet' }),
    port('1', '10.1.0.5'),
    port('3', '10.1.0.7', { cell: null, host: null, device: '', deviceName: null, name: 'spare\u001b[2J' }),
  ],
  ...{ more: false, silentCells: [] },
};

test('a network is drawn with its subnets, routers, cells, hosts and ports', () => {
  expect(networkTree(map)).toBe(`web: vxlan 77, mtu 1450
├── subnet 10.1.0.0/24, gateway 10.1.0.1, DHCP
├── router edge at 10.1.0.1, leads outside
├── cell east
│   ├── host h1
│   │   └── 10.1.0.5  compute:nova web-1  (port 1)
│   └── host h2
│       └── 10.1.0.6  compute:nova web-2  (port 2): its host has not plugged it yet
└── in no cell
    └── 10.1.0.7  unused  (port spare\\u001b[2J)
`);
});

test('a network without ports is one line and its subnets', () => {
  const network = {
    ...map.network,
    name: '',
    segmentType: 'flat',
    segmentId: null,
    external: true,
    adminStateUp: false,
  };
  expect(
    networkTree({ ...map, network, routers: [], ports: [], more: true }),
  ).toBe(`n: flat, mtu 1450, external, admin state down
├── subnet 10.1.0.0/24, gateway 10.1.0.1, DHCP
└── … and more ports
`);
});

test('a trace ends with what becomes of the packet', () => {
  const trace: Trace = {
    verdict: 'drops',
    packet: { from: '10.1.0.5', to: '10.1.0.6', protocol: 6, port: 22 },
    hops: [
      { at: 'port', subject: '1', cell: 'east', host: 'h1', verdict: 'passes', reason: 'plugged' },
      { at: 'outside', subject: '8.8.8.8', cell: null, host: null, verdict: 'drops', reason: 'no way' },
    ],
    silentCells: [],
  };
  expect(traceText(trace)).toBe(`AT       ID       HOST     VERDICT  REASON
port     1        east/h1  passes   plugged
outside  8.8.8.8  -        drops    no way
10.1.0.5 does not reach 10.1.0.6: dropped at outside 8.8.8.8: no way
`);
  expect(traceText({ ...trace, verdict: 'passes' })).toContain('10.1.0.5 reaches 10.1.0.6.\n');
  expect(traceText({ ...trace, verdict: 'unknown' })).toContain('Whether 10.1.0.5 reaches 10.1.0.6 is not sure');
});
