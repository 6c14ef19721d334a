import type { Migration } from '../../database/migrations.ts';
import { operations } from './0001-operations.ts';
import { identity } from './0010-identity.ts';
import { images } from './0011-images.ts';
import { networks } from './0012-networks.ts';
import { flavors } from './0020-flavors.ts';
import { keyPairs } from './0021-key-pairs.ts';
import { serverGroups } from './0022-server-groups.ts';
import { aggregates } from './0023-aggregates.ts';
import { userQuotas } from './0024-user-quotas.ts';
import { cells } from './0030-cells.ts';
import { instanceHomes } from './0031-instance-homes.ts';
import { quotas } from './0032-quotas.ts';
import { idempotencyKeys } from './0033-idempotency-keys.ts';
import { holdChanges } from './0034-hold-changes.ts';
import { networkQuotas } from './0035-network-quotas.ts';
import { moves } from './0036-moves.ts';
import { moveLists } from './0037-move-lists.ts';
import { findings } from './0038-findings.ts';
import { auditRounds } from './0039-audit-rounds.ts';
import { exactText } from './0040-exact-text.ts';
import { userData } from './0041-user-data.ts';
import { schedulingGeneration } from './0042-scheduling-generation.ts';
import { buildRevision } from './0043-build-revision.ts';
import { identityAttributes } from './0044-identity-attributes.ts';
import { imageIds } from './0045-image-ids.ts';
import { tokenCutoffs } from './0046-token-cutoffs.ts';
import { rolesOfAnswers } from './0047-roles-of-answers.ts';
import { loginFailures } from './0048-login-failures.ts';
import { imageQuotas } from './0049-image-quotas.ts';
import { sightings } from './0050-sightings.ts';
import { imageUploads } from './0051-image-uploads.ts';
import { cellsOfAggregateHosts } from './0052-cells-of-aggregate-hosts.ts';
import { leakingLoginFailures } from './0053-leaking-login-failures.ts';
import { requestsOfKeys } from './0054-requests-of-keys.ts';
import { securityGroupRules } from './0055-security-group-rules.ts';
import { serverImages } from './0056-server-images.ts';
import { consoleTokens } from './0057-console-tokens.ts';
import { definitions } from './0058-definitions.ts';
import { networkTags } from './0059-network-tags.ts';
import { addressGroups } from './0060-address-groups.ts';
import { defaultSecurityGroupRules } from './0061-default-security-group-rules.ts';
import { subnetPools } from './0062-subnet-pools.ts';
import { routers } from './0063-routers.ts';
import { floatingIps } from './0064-floating-ips.ts';
import { definitionsOfNetworks } from './0065-definitions-of-networks.ts';
import { rbacPolicies } from './0066-rbac-policies.ts';
import { addressScopes } from './0067-address-scopes.ts';
import { portAttributes } from './0069-port-attributes.ts';
import { outsideRanges } from './0070-outside-ranges.ts';
import { trunks } from './0071-trunks.ts';
import { qos } from './0072-qos.ts';
import { statelessGroups } from './0074-stateless-groups.ts';
import { dnsDomains } from './0075-dns-domains.ts';
import { pagesOfHomes } from './0076-pages-of-homes.ts';
import { placement } from './0080-placement.ts';
import { decisions } from './0081-decisions.ts';
import { oneDefaultSubnetPool } from './0082-one-default-subnet-pool.ts';

/** In order. A released migration never changes. */
export const DIRECTORY_MIGRATIONS: readonly Migration[] = [
  operations,
  identity,
  images,
  networks,
  flavors,
  keyPairs,
  serverGroups,
  aggregates,
  userQuotas,
  cells,
  instanceHomes,
  quotas,
  idempotencyKeys,
  holdChanges,
  networkQuotas,
  moves,
  moveLists,
  findings,
  auditRounds,
  exactText,
  userData,
  schedulingGeneration,
  buildRevision,
  identityAttributes,
  imageIds,
  tokenCutoffs,
  rolesOfAnswers,
  loginFailures,
  imageQuotas,
  sightings,
  imageUploads,
  cellsOfAggregateHosts,
  leakingLoginFailures,
  requestsOfKeys,
  securityGroupRules,
  serverImages,
  consoleTokens,
  definitions,
  networkTags,
  addressGroups,
  defaultSecurityGroupRules,
  subnetPools,
  routers,
  floatingIps,
  definitionsOfNetworks,
  rbacPolicies,
  addressScopes,
  portAttributes,
  outsideRanges,
  trunks,
  qos,
  statelessGroups,
  dnsDomains,
  pagesOfHomes,
  placement,
  decisions,
  oneDefaultSubnetPool,
];
