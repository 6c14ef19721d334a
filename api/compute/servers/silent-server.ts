import type { HomeWithBuild } from '#platform/directory/stores/instance-homes.ts';
import { POWER_STATE } from '#platform/states/power-state.ts';
import { flavorView, imageView, secondsTime, type Viewer } from './server-view.ts';

/** The microversion from which servers of a silent cell are shown, as far as the directory knows them; before it they are left out. */
export const SILENT_SERVERS_SINCE = 69;

/** In `GET /servers`. */
export const briefSilentServer = (home: HomeWithBuild, viewer: Viewer): Record<string, unknown> => ({
  id: home.uuid,
  status: 'UNKNOWN',
  links: viewer.links.both('servers', home.uuid),
});

/** In `GET /servers/detail`. */
export const listedSilentServer = (home: HomeWithBuild, viewer: Viewer): Record<string, unknown> => ({
  ...briefSilentServer(home, viewer),
  tenant_id: home.projectId,
  created: secondsTime(home.createdAt),
});

/** In `GET /servers/{id}`. */
export const shownSilentServer = (
  home: HomeWithBuild,
  viewer: Viewer,
  serverGroups: readonly string[],
): Record<string, unknown> => ({
  ...listedSilentServer(home, viewer),
  user_id: home.userId,
  image: imageView(home.build, viewer),
  flavor: flavorView(home.build.flavor, viewer),
  'OS-EXT-AZ:availability_zone': home.build.availabilityZone ?? 'UNKNOWN',
  'OS-EXT-STS:power_state': POWER_STATE.none,
  ...(viewer.version.minor >= 71 ? { server_groups: serverGroups } : {}),
});
