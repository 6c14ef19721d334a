import type { FlavorRecord } from '#platform/directory/stores/flavors.ts';
import type { ApiRequest } from '../../http/route.ts';
import { since } from '../../http/since.ts';

const SINCE = since({ description: 55, extraSpecs: 61, swapAsNumber: 75, noDeprecatedMembers: 102 });

/** A flavor in a plain list. */
export function flavorSummary(flavor: FlavorRecord, { version, links }: ApiRequest): Record<string, unknown> {
  return {
    id: flavor.id,
    name: flavor.name,
    links: links.both('flavors', flavor.id),
    ...(SINCE.description(version) ? { description: flavor.description } : {}),
  };
}

/** @param showSpecs whether policy lets the caller see extra specs (shown from 2.61). */
export function flavorDetail(flavor: FlavorRecord, request: ApiRequest, showSpecs: boolean): Record<string, unknown> {
  const { version } = request;
  return {
    ...flavorSummary(flavor, request),
    ram: flavor.ramMb,
    disk: flavor.diskGb,
    vcpus: flavor.vcpus,
    swap: flavor.swapMb === 0 && !SINCE.swapAsNumber(version) ? '' : flavor.swapMb,
    'OS-FLV-EXT-DATA:ephemeral': flavor.ephemeralGb,
    'os-flavor-access:is_public': flavor.isPublic,
    ...(SINCE.noDeprecatedMembers(version)
      ? {}
      : { 'OS-FLV-DISABLED:disabled': flavor.disabled, rxtx_factor: flavor.rxtxFactor }),
    ...(SINCE.extraSpecs(version) && showSpecs ? { extra_specs: flavor.extraSpecs } : {}),
  };
}

export const flavorAccess = (flavorId: string, projectIds: readonly string[]): Record<string, unknown> => ({
  flavor_access: projectIds.map((projectId) => ({ flavor_id: flavorId, tenant_id: projectId })),
});
