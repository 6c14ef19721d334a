import type { InstanceBuild } from './instance-build.ts';

/**
 * How a build is stored: what only its guest reads has a column of its own, because lists of servers do without it and it may be long. The
 * column has the user data (base64); or, when the guest gets files too, JSON with both, which base64 never looks like.
 */
interface StoredBuild {
  readonly build: string;
  readonly user_data: string | null;
}

type ForGuest = Pick<InstanceBuild, 'userData' | 'injectedFiles'>;

export function storedBuild({ injectedFiles, ...build }: InstanceBuild): StoredBuild {
  const { userData } = build;
  return {
    build: JSON.stringify({ ...build, userData: null }),
    user_data: injectedFiles === undefined ? userData : JSON.stringify({ userData, injectedFiles } satisfies ForGuest),
  };
}

/** The whole build; of a row that was read without its user data: a build without. Rows of earlier releases have it inside `build`. */
export function loadedBuild(row: { readonly build: string; readonly userData: string | null }): InstanceBuild {
  const build = JSON.parse(row.build) as InstanceBuild;
  return row.userData === null ? build : { ...build, ...forGuest(row.userData) };
}

const forGuest = (stored: string): ForGuest =>
  stored.startsWith('{') ? (JSON.parse(stored) as ForGuest) : { userData: stored };
