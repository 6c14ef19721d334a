import { loadConfig, processSources } from '#platform/config/load.ts';
import { networkSection } from './config.ts';
import { placeOf } from './drivers/linux/place.ts';
import { tearDown } from './drivers/linux/tear-down.ts';

/** `node cell/network/tear-down.ts`, with the agent's own configuration. */
const { network } = loadConfig({ network: networkSection }, processSources());
if (network.driver === 'linux') await tearDown(placeOf(network));
