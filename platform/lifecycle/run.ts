import { exposedFiles, exposureAdvice } from '../config/exposed-files.ts';
import { processSources } from '../config/load.ts';
import type { Logger } from '../logging/logger.ts';
import type { Service } from './service.ts';

/** How long draining and stopping may take together before the process ends anyway, ms. */
const SHUTDOWN_DEADLINE_MS = 15_000;

/**
 * Starts services in order and runs them until SIGTERM or SIGINT; then drains and stops them, last first. The process ends with 0,
 * with 1 when a service failed to start or shutting down took too long. A second signal ends it at once. Files with secrets that others may
 * read are named in the log first.
 */
export async function runUntilTold(services: readonly Service[], log: Logger): Promise<void> {
  const told = new Promise<string>((resolve) => {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => resolve(signal));
  });
  for (const exposed of exposedFiles(processSources())) {
    log.warn(
      { ...exposed, advice: exposureAdvice(exposed) },
      'other users of this machine may read or replace a file with secrets',
    );
  }
  const started: Service[] = [];
  try {
    for (const service of services) {
      started.push(service);
      await service.start();
      log.info({ part: service.name }, 'started');
    }
    log.info('ready');
    log.info({ signal: await told }, 'stopping');
  } catch (error) {
    log.fatal({ err: error }, 'cannot start');
    process.exitCode = 1;
  }
  const late = setTimeout(() => {
    log.error('did not stop in time');
    process.exit(1);
  }, SHUTDOWN_DEADLINE_MS);
  // What was made for a service that did not start, such as a connection, ends with it.
  await all(services.slice(started.length), 'stop', log);
  await shutDown(started, log);
  clearTimeout(late);
  log.info('stopped');
}

/** Drains all, then stops all, last started first. A failure is logged and does not keep the others from stopping. */
export async function shutDown(services: readonly Service[], log: Logger): Promise<void> {
  await all(services, 'drain', log);
  await all(services, 'stop', log);
}

async function all(services: readonly Service[], phase: 'drain' | 'stop', log: Logger): Promise<void> {
  for (const service of [...services].reverse()) {
    await service[phase]().catch((error) => log.error({ err: error, part: service.name }, `${phase} failed`));
  }
}
