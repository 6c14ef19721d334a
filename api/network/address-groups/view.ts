import type { AddressGroupRecord } from '#platform/directory/stores/address-groups.ts';
import { standardView } from '../standard-attributes.ts';

export const addressGroupView = (group: AddressGroupRecord, shared: boolean) => ({
  ...standardView({ ...group, tags: [] }),
  addresses: group.addresses,
  shared,
});
