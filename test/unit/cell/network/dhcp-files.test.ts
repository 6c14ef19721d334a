import { expect, test } from 'vitest';
import { desiredHost } from '../../../../cell/network/desired-host.ts';
import { dhcpName } from '../../../../cell/network/dhcp-name.ts';
import { renderDhcpHosts } from '../../../../cell/network/drivers/linux/dhcp-files.ts';
import { aBinding, aNetwork } from '../../../integration/cell/network/a-binding.ts';

const uuid = '11111111-2222-4333-8444-555555555555';

test.each(['ignore', 'infinite', '7', '7d', '90M', '10.9.0.1', '1.5'])('%s is no name in DHCP', (hostname) => {
  expect(dhcpName(hostname, uuid)).toBe(`server-${uuid}`);
});

test.each(['web-7d', '7days', 'ignored', 'a', '10.9.0.1.example.org'])('%s is a name in DHCP', (hostname) => {
  expect(dhcpName(hostname, uuid)).toBe(hostname);
});

test('a line says MAC, address and name, whatever the server is called', () => {
  const binding = aBinding(aNetwork(), 'host-1', ['10.9.0.11'], { hostname: 'ignore', instanceUuid: uuid });
  const { networks } = desiredHost([binding], {
    slotOf: () => 1,
    hasUplink: false,
    carries: () => false,
    goneTaps: new Set(),
    complete: true,
  });
  expect(networks.map(renderDhcpHosts)).toEqual([`${binding.port.mac},10.9.0.11,server-${uuid}\n`]);
});
