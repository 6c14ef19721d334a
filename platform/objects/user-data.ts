import type { InstanceBuild } from './instance-build.ts';

/** How a build is stored: user data in a column of its own, because lists of servers do without it and it may have 64 KiB. */
interface StoredBuild {
  readonly build: string;
  readonly user_data: string | null;
}

export const storedBuild = (build: InstanceBuild): StoredBuild => ({
  build: JSON.stringify({ ...build, userData: null }),
  user_data: build.userData,
});

/** The whole build; of a row that was read without its user data: a build without. Rows of earlier releases have it inside `build`. */
export function loadedBuild(row: { readonly build: string; readonly userData: string | null }): InstanceBuild {
  const build = JSON.parse(row.build) as InstanceBuild;
  return row.userData === null ? build : { ...build, userData: row.userData };
}
