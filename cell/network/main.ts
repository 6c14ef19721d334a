import { loadConfig, processSources } from '#platform/config/load.ts';
import { runUntilTold } from '#platform/lifecycle/run.ts';
import { settleUmask } from '#platform/lifecycle/settle-umask.ts';
import { createLogger } from '#platform/logging/logger.ts';
import { sections } from './config.ts';
import { composeNetwork } from './service.ts';

settleUmask();
const config = loadConfig(sections, processSources());
const log = createLogger('cell/network', config.log.level);
await runUntilTold(await composeNetwork(config, log), log);
