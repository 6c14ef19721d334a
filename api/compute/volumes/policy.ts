import { MEMBER, policy, READER } from '../../http/policy.ts';

const volumes = (name: string) => `os_compute_api:os-volumes:${name}`;

export const VOLUMES_LIST = policy(volumes('list'), READER);
export const VOLUMES_DETAIL = policy(volumes('detail'), READER);
export const VOLUMES_SHOW = policy(volumes('show'), READER);
export const VOLUMES_CREATE = policy(volumes('create'), MEMBER);
export const VOLUMES_DELETE = policy(volumes('delete'), MEMBER);
export const SNAPSHOTS_LIST = policy(volumes('snapshots:list'), READER);
export const SNAPSHOTS_DETAIL = policy(volumes('snapshots:detail'), READER);
export const SNAPSHOTS_SHOW = policy(volumes('snapshots:show'), READER);
export const SNAPSHOTS_CREATE = policy(volumes('snapshots:create'), MEMBER);
export const SNAPSHOTS_DELETE = policy(volumes('snapshots:delete'), MEMBER);
