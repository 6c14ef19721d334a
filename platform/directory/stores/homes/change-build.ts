import { sql } from 'kysely';
import { sqlTime } from '../../../database/json-column.ts';
import type { InstanceBuild } from '../../../objects/instance-build.ts';
import { storedBuild } from '../../../objects/user-data.ts';
import { timestamp } from '../../../time/clock.ts';
import type { DirectoryTx } from '../../directory.ts';
import { getHomeWithBuild, lockHome } from './get-homes.ts';
import type { Home, HomeWithBuild } from './home.ts';

/** What a user may change of a server while it is built. */
export type BuildChange = Partial<
  Pick<
    InstanceBuild,
    'name' | 'description' | 'hostname' | 'accessIpV4' | 'accessIpV6' | 'diskConfig' | 'availabilityZone'
  >
>;

/** What its security groups change of a server that a cell has. */
type GroupChange = Pick<InstanceBuild, 'securityGroups' | 'ports'>;

/** All of it, as the build says it now. */
export const changeableParts = ({
  name,
  description,
  hostname,
  accessIpV4,
  accessIpV6,
  diskConfig,
  availabilityZone,
}: InstanceBuild): Required<BuildChange> => ({
  ...{ name, description, hostname, accessIpV4, accessIpV6, diskConfig, availabilityZone },
});

/**
 * Changes the build that the directory keeps, under a new revision: whoever is placing it finds out (`recordHome`), and tells the cell. A
 * build that fails in its cell is placed again as changed.
 * @param states the change is made in these only. @returns the home as it is then, changed or not; null: none.
 */
export async function changeBuild(
  tx: DirectoryTx,
  uuid: string,
  change: BuildChange | GroupChange,
  states: readonly Home['state'][],
  now: number,
): Promise<HomeWithBuild | null> {
  await lockHome(tx, uuid);
  const home = await getHomeWithBuild(tx, uuid);
  if (home === null || !states.includes(home.state)) return home;
  const build: InstanceBuild = { ...home.build, ...change };
  await tx
    .updateTable('instance_homes')
    .set({
      ...storedBuild(build),
      name: build.name,
      build_revision: sql`build_revision + 1`,
      updated_at: sqlTime(timestamp(now)),
    })
    .where('uuid', '=', uuid)
    .execute();
  return getHomeWithBuild(tx, uuid);
}
