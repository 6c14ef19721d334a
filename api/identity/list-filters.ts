import type { Listing } from '#platform/directory/stores/listing.ts';
import { DEFAULT_DOMAIN } from './default-domain.ts';

/** Query parameters as filters; others are ignored, as Keystone does. @returns null when nothing can match (another domain). */
export function listFilters(
  query: Readonly<Record<string, string>>,
  known: Readonly<Record<string, 'text' | 'boolean'>>,
): Listing['filters'] | null {
  const domain = query.domain_id;
  if (domain !== undefined && domain !== DEFAULT_DOMAIN.id) return null;
  return Object.entries(known).flatMap(([column, type]) => {
    const value = query[column];
    if (value === undefined) return [];
    return [{ column, anyOf: [type === 'text' ? value : isTrue(value) ? 1 : 0] }];
  });
}

const isTrue = (text: string): boolean => !['0', 'false', 'no', 'off'].includes(text.toLowerCase());
