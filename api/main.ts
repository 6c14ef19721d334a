import { loadConfig, processSources } from '#platform/config/load.ts';
import { runUntilTold } from '#platform/lifecycle/run.ts';
import { settleUmask } from '#platform/lifecycle/settle-umask.ts';
import { createLogger } from '#platform/logging/logger.ts';
import { API_SECTIONS } from './config.ts';
import { composeApi } from './service.ts';

settleUmask();
const config = loadConfig(API_SECTIONS, processSources());
const log = createLogger('api', config.log.level);
await runUntilTold(composeApi(config, log), log);
