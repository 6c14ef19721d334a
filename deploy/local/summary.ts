import { relative } from 'node:path';
import { identityUrl } from './credentials-files.ts';
import { quoted, stopCommand } from './home.ts';
import { apiUrl, metricsUrls } from './process-configs.ts';
import type { LocalRegion } from './region.ts';

/** What one can do with the region that has just started. */
export function summary(region: LocalRegion): string {
  const { home, settings } = region;
  const near = (path: string): string =>
    quoted(path.startsWith(`${process.cwd()}/`) ? relative(process.cwd(), path) : path);
  const hosts = settings.driver === 'fake' ? `${settings.simulatedHosts} simulated hosts` : 'QEMU';
  return `
  The region runs: ${settings.cells.length} cells, ${hosts}.

    API            ${apiUrl(settings)}    (identity ${identityUrl(settings)})
    clouds.yaml    ${near(home.cloudsYaml)}    clouds: volvox (demo), volvox-admin
    openrc         ${near(home.openrc('admin'))} (admin), ${near(home.openrc('demo'))} (demo)
    logs           ${near(home.log('*'))}
    metrics        ${metricsUrls(settings).api} (api); of every process: ${near(home.state)}, urls.metrics

  Try:

    export OS_CLIENT_CONFIG_FILE=${near(home.cloudsYaml)}
    openstack --os-cloud volvox server create --flavor m1.nano --image volvox-guest --network private --wait first
    npx volvox server create second --flavor m1.nano --image volvox-guest --network private --wait
    curl -s ${apiUrl(settings)}/compute/v2.1/servers -H "X-Auth-Token: $(npx --silent volvox token)"

  \`${stopCommand(home)}\` (or Ctrl-C, where it was not detached) stops everything; the next start keeps the data.

`;
}
