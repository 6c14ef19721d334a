import { directorySection, logSection } from '#platform/config/common-sections.ts';
import { loadConfig, processSources } from '#platform/config/load.ts';
import { secret, section, text } from '#platform/config/options.ts';
import { Secret } from '#platform/config/secret.ts';
import { tlsSection } from '#platform/config/tls-section.ts';
import { openDirectory } from '#platform/directory/directory.ts';
import { settleUmask } from '#platform/lifecycle/settle-umask.ts';
import { createLogger } from '#platform/logging/logger.ts';
import { systemClock } from '#platform/time/clock.ts';
import { openTransport } from '#platform/tls/transport.ts';
import { bootstrapIdentity } from './identity/bootstrap.ts';

/** Makes the directory's schema and the first users: `node api/bootstrap.ts`. May be repeated. */

const bootstrapSection = section('bootstrap', {
  adminUser: text({ help: 'The first administrator.', fallback: 'admin' }),
  adminProject: text({ help: 'The project of the first administrator.', fallback: 'admin' }),
  adminPassword: secret({ help: 'The password of the first administrator.' }),
  demoUser: text({ help: 'A first ordinary user.', fallback: 'demo' }),
  demoProject: text({ help: 'The project of the first ordinary user.', fallback: 'demo' }),
  demoPassword: secret({ help: 'Its password; without it there is no such user.', fallback: new Secret('') }),
});

settleUmask();
const config = loadConfig(
  { log: logSection, directory: directorySection, tls: tlsSection, bootstrap: bootstrapSection },
  processSources(),
);
const log = createLogger('bootstrap', config.log.level);
const { adminUser, adminProject, adminPassword, demoUser, demoProject, demoPassword } = config.bootstrap;
const directory = openDirectory({ ...config.directory, poolSize: 2, transport: openTransport(config.tls, log) });
const admin = { user: adminUser, project: adminProject, password: adminPassword.reveal(), role: 'admin' };
const demo = { user: demoUser, project: demoProject, password: demoPassword.reveal(), role: 'member' };
const seeds = demo.password === '' ? [admin] : [admin, demo];
try {
  await bootstrapIdentity(directory, seeds, log, systemClock);
} finally {
  await directory.close();
}
