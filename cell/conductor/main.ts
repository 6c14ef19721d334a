import { loadConfig, processSources } from '#platform/config/load.ts';
import { runUntilTold } from '#platform/lifecycle/run.ts';
import { settleUmask } from '#platform/lifecycle/settle-umask.ts';
import { createLogger } from '#platform/logging/logger.ts';
import { conductorSections } from './config.ts';
import { composeConductor } from './service.ts';

settleUmask();
const config = loadConfig(conductorSections, processSources());
const log = createLogger('conductor', config.log.level);
await runUntilTold(await composeConductor(config, log), log);
