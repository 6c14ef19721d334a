import { type RawBuilder, sql } from 'kysely';

/** What a port is to have among its addresses. */
export interface AddressFilter {
  readonly of: 'subnet' | 'address' | 'part of address';
  readonly value: string;
}

/** Conditions for `listPorts`; every filter must hold. They look into the JSON of the column `fixed_ips` (FixedIp[]). */
export const addressConditions = (filters: readonly AddressFilter[]): RawBuilder<unknown>[] =>
  filters.map((filter) => sql`fixed_ips LIKE ${patternOf(filter)}`);

function patternOf({ of, value }: AddressFilter): string {
  const text = escapeLike(JSON.stringify(value).slice(1, -1));
  switch (of) {
    case 'subnet':
      return `%"subnetId":"${text}"%`;
    case 'address':
      return `%"address":"${text}"%`;
    case 'part of address':
      return `%"address":"%${text}%"%`;
  }
}

const escapeLike = (text: string): string => text.replace(/[\\%_]/g, '\\$&');
