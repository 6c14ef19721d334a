import type { HomeWithBuild } from '#platform/directory/stores/homes/home.ts';
import { POWER_STATE } from '#platform/states/power-state.ts';
import { since } from '../../../http/since.ts';
import { unplacedInstance } from '../unplaced-instance.ts';
import { briefServer, detailedServer, type Viewer } from './server-view.ts';

const SINCE = since({ silentServers: 69, groups: 71 });

/** Whether servers of a silent cell are shown, as far as the directory knows them; before 2.69 they are left out. */
export const showsSilentServers = SINCE.silentServers;

const UNKNOWN = 'UNKNOWN';

/** In `GET /servers`. */
export const briefSilentServer = (home: HomeWithBuild, viewer: Viewer): Record<string, unknown> => ({
  ...briefServer(home, viewer),
  status: UNKNOWN,
});

/** Members that only the cell knows, because they may have changed since the server was accepted. */
const NOT_KNOWN = [
  'OS-EXT-SRV-ATTR:host',
  'OS-EXT-SRV-ATTR:hypervisor_hostname',
  'OS-EXT-SRV-ATTR:instance_name',
  'OS-EXT-SRV-ATTR:user_data',
  'OS-SRV-USG:launched_at',
  'host_status',
  'locked',
  'locked_reason',
] as const;

/**
 * In `GET /servers/detail`: every member that a server has whose cell answers, so that clients which rely on them go on. Name, flavor,
 * image, addresses, metadata and tags are those the directory knows.
 */
export function listedSilentServer(home: HomeWithBuild, viewer: Viewer): Record<string, unknown> {
  const known = detailedServer(unplacedInstance(home), viewer);
  for (const name of NOT_KNOWN) if (name in known) known[name] = null;
  return {
    ...known,
    status: UNKNOWN,
    'OS-EXT-STS:vm_state': null,
    'OS-EXT-STS:task_state': null,
    'OS-EXT-STS:power_state': POWER_STATE.none,
    'OS-EXT-AZ:availability_zone': home.build.availabilityZone ?? UNKNOWN,
  };
}

/** In `GET /servers/{id}`. */
export const shownSilentServer = (
  home: HomeWithBuild,
  viewer: Viewer,
  serverGroups: readonly string[],
): Record<string, unknown> => ({
  ...listedSilentServer(home, viewer),
  ...(SINCE.groups(viewer.version) ? { server_groups: serverGroups } : {}),
});
