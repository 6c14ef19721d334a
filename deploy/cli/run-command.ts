import type { Command } from 'commander';
import { logSection } from '#platform/config/common-sections.ts';
import { loadConfig, processSources } from '#platform/config/load.ts';
import { runUntilTold } from '#platform/lifecycle/run.ts';
import type { Service } from '#platform/lifecycle/service.ts';
import { settleUmask } from '#platform/lifecycle/settle-umask.ts';
import { createLogger } from '#platform/logging/logger.ts';
import { loadPart, PART_NAMES } from './parts.ts';

export function addRunCommand(program: Command): void {
  program
    .command('run <parts...>')
    .description(
      `run parts in one process until SIGINT or SIGTERM: ${PART_NAMES.join(', ')}; VOLVOX_CONFIG names the configuration file`,
    )
    .action(async (names: string[]) => {
      settleUmask();
      const sources = processSources();
      const { log: options } = loadConfig({ log: logSection }, sources);
      const log = createLogger(names.join('+'), options.level);
      const services: Service[] = [];
      for (const name of names) services.push(...(await (await loadPart(name)).compose(sources, log)));
      await runUntilTold(services, log);
    });
}
