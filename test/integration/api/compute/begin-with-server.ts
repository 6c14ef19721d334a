import { acceptBuilds } from '#platform/directory/stores/homes/accept-builds.ts';
import { takeQuota } from '#platform/directory/stores/quotas.ts';
import type { InstanceBuild } from '#platform/objects/instance-build.ts';
import type { ApiDeps } from '../../../../api/deps.ts';
import { setHome } from '../../../support/set-home.ts';

/** Empties what a server leaves in the directory, and places this one in the cell: its home and its quota are all there is. */
export async function beginWithServer(
  { directory }: Pick<ApiDeps, 'directory'>,
  build: InstanceBuild,
  cellId: string,
  epoch = 2,
): Promise<void> {
  for (const table of ['instance_homes', 'operations', 'quota_usages', 'hold_changes'] as const) {
    await directory.write.deleteFrom(table).execute();
  }
  const { vcpus, ramMb } = build.flavor;
  await directory.transaction(async (tx) => {
    await takeQuota(tx, build.projectId, { instances: 1, cores: vcpus, ram: ramMb });
    await acceptBuilds(tx, [build], Date.now());
    await setHome(tx, build.uuid, { state: 'placed', cell_id: cellId, epoch }, Date.now());
  });
}
