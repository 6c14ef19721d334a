import type { SectionValues } from '#platform/config/options.ts';
import { isSegmentType } from '#platform/objects/network.ts';
import { simulatedHostNames } from '../agent/simulated-hosts.ts';
import type { networkSection } from './config.ts';
import type { NetworkDriver } from './drivers/driver.ts';
import { createFakeDriver } from './drivers/fake/fake-driver.ts';
import { hostSetup } from './drivers/linux/host-setup.ts';
import { createLinuxDriver } from './drivers/linux/linux-driver.ts';

export function createDriver(config: SectionValues<typeof networkSection>): NetworkDriver {
  if (config.driver === 'linux') return createLinuxDriver(hostSetup(config));
  return createFakeDriver({
    hostNames: simulatedHostNames(config.fakeHostPrefix, config.fakeHosts),
    plugMs: config.fakePlugMs,
    failHosts: config.fakeFailHosts,
    hangHosts: config.fakeHangHosts,
    failPercent: config.fakeFailPercent,
    securityGroups: config.securityGroups === 'on',
    problemFile: config.fakeProblemFile || null,
    segmentTypes: config.fakeSegmentTypes.filter(isSegmentType),
  });
}
