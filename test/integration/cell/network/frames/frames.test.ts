import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import type { GroupRule } from '#platform/objects/definitions.ts';
import { runCommand } from '../../../../../cell/agent/run-command.ts';
import { inNamespace } from '../../../../../cell/network/drivers/linux/ip.ts';
import { waitUntil } from '../../../../support/wait-until.ts';
import { EGRESS } from '../groups/a-grouped-host.ts';
import { BROADCAST, type Case } from './case.ts';
import { aFrameHost, type FrameHost } from './frame-host.ts';
import { framesPage, type Outcome, type Row } from './frame-table.ts';
import { casesOf } from './frames.ts';
import { frameBytes } from './packet.ts';
import { arp, icmp6 } from './packets.ts';
import { BARE, WRAPPINGS } from './wrappings.ts';

const PAGE = join(import.meta.dirname, '../../../../../docs/frames.md');
const isRoot = process.getuid?.() === 0;
if (!isRoot) console.warn('skipped: the frame suite makes network namespaces and taps, and needs root');

/** A host, and how to send frames on it. */
function useFrameHost(rules: readonly GroupRule[] | null = null) {
  let host: FrameHost;
  const sentMarks: Buffer[] = [];
  beforeAll(async () => {
    host = await aFrameHost(rules);
    await waitUntil('both taps to be up', () => {
      host.self.send(aMark());
      return host.victim.taken().length > 0;
    });
    return host.stop;
  });

  /** An allowed frame unlike any other before it. */
  function aMark(): Buffer {
    const { mac, ip4 } = host.cast.self;
    const packet = arp(1, { mac, ip: ip4 }, `10.99.${sentMarks.length >> 8}.${sentMarks.length & 255}`);
    const mark = frameBytes({ name: 'mark', from: mac, to: BROADCAST, packet });
    sentMarks.push(mark);
    return mark;
  }

  /** Which of these frames came out of the victim's tap. A mark follows them: frames of one tap keep their order. */
  async function sent(frames: readonly Buffer[]): Promise<readonly boolean[]> {
    const arrived = await arrivals(frames);
    return frames.map((frame) => isAmong(arrived, frame));
  }

  /** All that came out of the victim's tap until the mark. */
  async function arrivals(frames: readonly Buffer[]): Promise<readonly Buffer[]> {
    const mark = aMark();
    for (const frame of [...frames, mark]) host.self.send(frame);
    const arrived: Buffer[] = [];
    await waitUntil(
      'the mark',
      () => {
        arrived.push(...host.victim.taken());
        return isAmong(arrived, mark);
      },
      5_000,
      1,
    );
    return arrived.filter(
      (one) => !isReport(one, host.cast.gateway.mac) && !sentMarks.some((known) => isAmong([one], known)),
    );
  }

  async function tried({ frame }: Case): Promise<Row> {
    const outcomes = new Map<string, Outcome>();
    for (const { name, wrap } of WRAPPINGS) {
      const frames = wrap(frame);
      outcomes.set(name, frames === null ? 'does not apply' : outcomeOf(await sent(frames)));
    }
    return { name: frame.name, outcomes };
  }
  return { host: () => host, sent, arrivals, tried };
}

describe.skipIf(!isRoot)('frames of a port', () => {
  const { host, sent, tried } = useFrameHost();

  it('reach the port next door only if the port may send them, however they are wrapped', async () => {
    const cases = casesOf(host().cast);
    const rows: Row[] = [];
    for (const one of cases) rows.push(await tried(one));
    const page = framesPage(rows);
    console.log(page.slice(page.indexOf('- a:')));
    expect(rows).toEqual(cases.map((one) => promised(one)));
    await expect(page).toMatchFileSnapshot(PAGE);
  });

  it('do not reach the host by an address that a bridge keeps to itself', async () => {
    const { mac, linkLocal } = host().cast.self;
    const packet = icmp6(linkLocal, 'ff02::1', 128, Buffer.alloc(8));
    const counter = `/proc/net/dev_snmp6/${host().tap}`;
    const received = async () =>
      (await runCommand('ip', inNamespace(host().setup.namespace, 'grep', 'Icmp6InEchos', counter))).trim();
    const before = await received();
    const reserved = Array.from({ length: 16 }, (_, at) => `01:80:c2:00:00:0${at.toString(16)}`);
    await sent(reserved.map((to) => frameBytes({ name: to, from: mac, to, packet })));
    expect(await received()).toBe(before);
  });
});

/** What groups judge, of all that a port may send to another. */
const WITH_A_RULE = [
  ...['IPv4 ping', 'IPv4 UDP of 1,200 bytes', 'IPv4 TCP', 'DHCP renewal, own address', 'DHCP discover'],
  ...['IPv6 ping', 'IPv6 UDP of 1,200 bytes', 'IPv6 TCP', 'DHCPv6 solicit'],
];
/** An error about nothing that was sent, and what only routers hear. */
const NEVER = ['packet too big', 'router solicitation'];

describe.skipIf(!isRoot).each([
  ['allow everything', EGRESS.flatMap((rule) => [rule, { ...rule, direction: 'ingress' as const }]), NEVER],
  ['allow nothing', [], [...WITH_A_RULE, ...NEVER]],
])('frames of a port whose groups %s', (_, rules, judged) => {
  const { host, arrivals, tried } = useFrameHost(rules);

  it('are those that a port may send without them, and no more', async () => {
    const dropped: string[] = [];
    for (const one of casesOf(host().cast)) {
      for (const { name, wrap } of WRAPPINGS) {
        const frames = wrap(one.frame);
        if (frames !== null && !one.delivered.has(name))
          expect(
            (await arrivals(frames)).map((frame) => frame.toString('hex')),
            `${one.frame.name}, ${name}`,
          ).toEqual([]);
      }
      if (one.delivered.size > 0 && (await tried(one)).outcomes.get(BARE) !== 'delivered') dropped.push(one.frame.name);
    }
    expect(dropped).toEqual(judged);
  });
});

/** The kernel of the gateway says to all routers which groups it listens to, when it likes. */
const isReport = (frame: Buffer, gateway: string): boolean =>
  frame.subarray(0, 12).toString('hex') === `333300000016${gateway.replaceAll(':', '')}`;

/** Ethernet may add padding at the end. */
const isAmong = (arrived: readonly Buffer[], frame: Buffer): boolean =>
  arrived.some((one) => one.subarray(0, frame.length).equals(frame));

/** Of a packet in parts the beginning decides: the rest becomes nothing without it. */
function outcomeOf(arrived: readonly boolean[]): Outcome {
  if (arrived.every(Boolean)) return 'delivered';
  return arrived[0] === true ? 'in part' : 'dropped';
}

function promised({ frame, delivered }: Case): Row {
  const outcome = (name: string): Outcome => (delivered.has(name) ? 'delivered' : 'dropped');
  const outcomes = WRAPPINGS.map(
    ({ name, wrap }) => [name, wrap(frame) === null ? 'does not apply' : outcome(name)] as const,
  );
  return { name: frame.name, outcomes: new Map(outcomes) };
}
