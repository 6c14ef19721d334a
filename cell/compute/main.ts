import { loadConfig, processSources } from '#platform/config/load.ts';
import { runUntilTold } from '#platform/lifecycle/run.ts';
import { settleUmask } from '#platform/lifecycle/settle-umask.ts';
import { createLogger } from '#platform/logging/logger.ts';
import { COMPUTE_SECTIONS } from './config.ts';
import { composeCompute } from './service.ts';

settleUmask();
const config = loadConfig(COMPUTE_SECTIONS, processSources());
const log = createLogger('compute', config.log.level);
await runUntilTold(await composeCompute(config, log), log);
