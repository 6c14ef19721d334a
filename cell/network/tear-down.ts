import { loadConfig, processSources } from '#platform/config/load.ts';
import { networkSection } from './config.ts';
import { hostSetup } from './drivers/linux/host-setup.ts';
import { tearDown } from './drivers/linux/tear-down.ts';

/** `node cell/network/tear-down.ts`, with the agent's own configuration. */
const { network } = loadConfig({ network: networkSection }, processSources());
if (network.driver === 'linux') await tearDown(hostSetup(network));
