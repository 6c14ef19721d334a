import { describe, expect, it } from 'vitest';
import { type ProbeTools, probeNetworking } from '../../../../cell/network/drivers/linux/probe.ts';

/** A host on which everything works but what `refuses` names. */
function aHost(refuses: RegExp | null = null) {
  const done: string[] = [];
  const attempt = async (what: string): Promise<void> => {
    done.push(what);
    if (refuses?.test(what)) throw new Error('Operation not permitted');
  };
  const tools: ProbeTools = {
    isRoot: () => !refuses?.test('root'),
    openDevice: (path) => attempt(`open ${path}`),
    run: (program, args) => attempt([program, ...args].join(' ').replace(/volvox-probe-[0-9a-f]+/, 'PROBE')),
  };
  return { tools, done };
}

const lacksOf = async (refuses: RegExp | null, securityGroups: 'on' | 'off' = 'off') => {
  const { tools, done } = aHost(refuses);
  const lacks = await probeNetworking({ securityGroups }, tools);
  return { lacks: lacks.map(({ what }) => what), remedies: lacks.map(({ remedy }) => remedy), done };
};

describe('the probe of a host', () => {
  it('finds nothing on a host that can do everything, and leaves nothing', async () => {
    const { lacks, done } = await lacksOf(null);
    expect(lacks).toEqual([]);
    expect(done).toContain('ip -n PROBE tuntap add dev probe0 mode tap');
    expect(done).toContain('ip netns exec PROBE nft -f -');
    expect(done.at(-1)).toBe('ip netns delete PROBE');
  });

  it.each([
    ['root', /^root$/, /not root/],
    ['a program', /^dnsmasq --version/, /program dnsmasq/],
    ['the tun device', /^open \/dev\/net\/tun/, /\/dev\/net\/tun cannot be opened: Operation not permitted/],
    ['namespaces', /netns add/, /No network namespace/],
    ['taps', /tuntap/, /No tap device/],
    ['bridges', /type bridge/, /No bridge/],
    ['pairs of devices', /type veth/, /No pair of devices/],
    ['policy routing', /rule add/, /No route can be chosen/],
    ['rules', /nft -f/, /nftables takes no rules/],
  ])('names %s that is missing, with what helps', async (_name, refuses, expected) => {
    const { lacks, remedies } = await lacksOf(refuses);
    expect(lacks).toEqual([expect.stringMatching(expected)]);
    expect(remedies.every((remedy) => remedy.length > 0)).toBe(true);
  });

  it('asks for what security groups need where they are enforced, and only there', async () => {
    const { lacks, remedies } = await lacksOf(/bridge-nf-call/, 'on');
    expect(lacks).toEqual([expect.stringMatching(/^The rules of security groups see no frames of bridges/)]);
    expect(remedies).toEqual([expect.stringContaining('br_netfilter')]);
    expect((await lacksOf(/bridge-nf-call/, 'off')).lacks).toEqual([]);
  });

  it('removes its namespace also when something in it fails', async () => {
    const { done } = await lacksOf(/tuntap|nft -f/);
    expect(done.at(-1)).toBe('ip netns delete PROBE');
  });
});
