import { loadConfig, processSources } from '#platform/config/load.ts';
import { runUntilTold } from '#platform/lifecycle/run.ts';
import { settleUmask } from '#platform/lifecycle/settle-umask.ts';
import { createLogger } from '#platform/logging/logger.ts';
import { SCHEDULER_SECTIONS } from './config.ts';
import { composeScheduler } from './service.ts';

settleUmask();
const config = loadConfig(SCHEDULER_SECTIONS, processSources());
const log = createLogger('scheduler', config.log.level);
await runUntilTold(composeScheduler(config, log), log);
