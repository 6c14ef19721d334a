import { beforeEach, describe, expect, it } from 'vitest';
import { aDesiredGuest, aSpec } from '../unit/cell/compute/a-guest.ts';
import { PhysicalHosts } from './region/physical-hosts.ts';

const SOURCE = '6a1f0c1e-0000-4000-8000-000000000001';
const TARGET = '6a1f0c1e-0000-4000-8000-000000000002';
const source = aDesiredGuest({ guestId: SOURCE });
const target = aDesiredGuest({
  guestId: TARGET,
  hostName: 'sim-002',
  spec: aSpec({ diskSource: { guestId: SOURCE, hostName: 'sim-001', url: 'http://127.0.0.1:1' } }),
});

/** The observer calls it a violation when a guest starts from such a disk, so the simulation depends on it in both directions. */
describe('an outdated transfer of a disk', () => {
  let hosts: PhysicalHosts;
  beforeEach(() => {
    hosts = new PhysicalHosts({ starts: () => undefined, uploads: () => true });
    hosts.accept('cell1', source);
    hosts.makeDisk(source);
    hosts.accept('cell2', target);
  });
  const runOnce = () => {
    hosts.run(SOURCE, 'running');
    hosts.get(SOURCE).power = 'shutdown';
  };
  const rebuild = () => {
    hosts.discardDisk(SOURCE, 1);
    hosts.makeDisk(source);
  };
  const isOutdated = () => hosts.isOutdatedTransfer(hosts.get(TARGET));

  it('is not one of a disk that has not changed since', () => {
    runOnce();
    hosts.makeDisk(target);
    expect(isOutdated()).toBe(false);
  });

  it('is one of a disk that a guest has written to since', () => {
    runOnce();
    hosts.makeDisk(target);
    runOnce();
    expect(isOutdated()).toBe(true);
  });

  it('is one as long as the guest it comes from runs', () => {
    runOnce();
    hosts.makeDisk(target);
    hosts.get(SOURCE).power = 'running';
    expect(isOutdated()).toBe(true);
  });

  it('is not one of a disk that a rebuild has made anew, and that nobody has written to', () => {
    runOnce();
    rebuild();
    hosts.makeDisk(target);
    expect(isOutdated()).toBe(false);
  });

  it('is one of the disk that a rebuild has discarded since', () => {
    runOnce();
    hosts.makeDisk(target);
    rebuild();
    expect(isOutdated()).toBe(true);
  });
});
