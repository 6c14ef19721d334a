import { loadConfig, processSources } from '#platform/config/load.ts';
import { runUntilTold } from '#platform/lifecycle/run.ts';
import { settleUmask } from '#platform/lifecycle/settle-umask.ts';
import { createLogger } from '#platform/logging/logger.ts';
import { SUPER_CONDUCTOR_SECTIONS } from './config.ts';
import { composeSuperConductor } from './service.ts';

settleUmask();
const config = loadConfig(SUPER_CONDUCTOR_SECTIONS, processSources());
const log = createLogger('super-conductor', config.log.level);
await runUntilTold(composeSuperConductor(config, log), log);
