import type { FlavorRecord } from '#platform/directory/stores/flavors.ts';
import type { ApiRequest } from '../../http/route.ts';

/** A flavor in a plain list. */
export function flavorSummary(flavor: FlavorRecord, { version, links }: ApiRequest): Record<string, unknown> {
  return {
    id: flavor.id,
    name: flavor.name,
    links: links.both('flavors', flavor.id),
    ...(version.minor >= 55 ? { description: flavor.description } : {}),
  };
}

/** @param showSpecs whether policy lets the caller see extra specs (shown from 2.61). */
export function flavorDetail(flavor: FlavorRecord, request: ApiRequest, showSpecs: boolean): Record<string, unknown> {
  const { minor } = request.version;
  return {
    ...flavorSummary(flavor, request),
    ram: flavor.ramMb,
    disk: flavor.diskGb,
    vcpus: flavor.vcpus,
    swap: flavor.swapMb === 0 && minor < 75 ? '' : flavor.swapMb,
    'OS-FLV-EXT-DATA:ephemeral': flavor.ephemeralGb,
    'os-flavor-access:is_public': flavor.isPublic,
    ...(minor < 102 ? { 'OS-FLV-DISABLED:disabled': flavor.disabled, rxtx_factor: flavor.rxtxFactor } : {}),
    ...(minor >= 61 && showSpecs ? { extra_specs: flavor.extraSpecs } : {}),
  };
}

export const flavorAccess = (flavorId: string, projectIds: readonly string[]): Record<string, unknown> => ({
  flavor_access: projectIds.map((projectId) => ({ flavor_id: flavorId, tenant_id: projectId })),
});
