import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runCommand } from '../../../../../cell/agent/run-command.ts';
import { MAX_SENDERS } from '../../../../../cell/network/drivers/linux/group-marks.ts';
import { inNamespace } from '../../../../../cell/network/drivers/linux/ip.ts';
import { look } from '../../../../../cell/network/drivers/linux/look.ts';
import { waitUntil } from '../../../../support/wait-until.ts';
import { EGRESS } from '../groups/a-grouped-host.ts';
import { BROADCAST } from './case.ts';
import { aFrameHost, type FrameHost } from './frame-host.ts';
import { frameBytes } from './packet.ts';
import { arp } from './packets.ts';

const isRoot = process.getuid?.() === 0;
if (!isRoot) console.warn('skipped: makes network namespaces and taps, and needs root');

const COUNT = 500;

describe.skipIf(!isRoot)('a port without port security', () => {
  let host: FrameHost;
  beforeAll(async () => {
    host = await aFrameHost(EGRESS, true);
  });
  afterAll(async () => await host.stop());

  const from = (mac: string, target: string): Buffer => {
    const packet = arp(1, { mac, ip: host.cast.self.ip4 }, target);
    return frameBytes({ name: target, from: mac, to: BROADCAST, packet });
  };
  /** Whether a frame from this MAC comes out of the port next door. */
  async function isHeard(mac: string): Promise<void> {
    const frame = from(mac, '10.9.0.12');
    await waitUntil(`a frame from ${mac}`, () => {
      host.self.send(frame);
      return host.victim.taken().some((one) => one.subarray(0, frame.length).equals(frame));
    });
  }

  it('sends from other MACs, and from so many only that the tables of bridges stay small', async () => {
    const senders = Array.from(
      { length: COUNT },
      (_, at) => `02:00:00:00:${[at >> 8, at & 255].map((byte) => byte.toString(16).padStart(2, '0')).join(':')}`,
    );
    const [first = ''] = senders;
    await isHeard(first);
    for (const mac of senders) host.self.send(from(mac, '10.9.0.13'));
    // Also after it has sent from all that it may.
    await isHeard(first);
    await isHeard(host.cast.self.mac);
    const show = inNamespace(host.setup.namespace, 'bridge', 'fdb', 'show', 'dynamic', 'brport', host.tap);
    const learned = (await runCommand('ip', show)).trim().split('\n');
    expect(learned.length).toBe(MAX_SENDERS + 1);
  });

  it('is seen as one that speaks, and one that is silent is not', async () => {
    const { taps } = await look(host.setup);
    expect(taps.filter(({ speaks }) => speaks).map(({ name }) => name)).toEqual([host.tap]);
  });
});
