import { NEWEST_MINOR, OLDEST_MINOR } from '../microversions.ts';

type Document = Readonly<Record<string, unknown>>;

/** What clients discover the API by. Dates and statuses are Nova's own. @param endpoint the compute endpoint, without a version. */
export function versionList(endpoint: string): Document {
  return { versions: [describe(endpoint, 'v2.0'), describe(endpoint, 'v2.1')] };
}

export function versionDocument(endpoint: string, id: 'v2.0' | 'v2.1'): Document {
  const { links, ...rest } = describe(endpoint, id);
  return {
    version: {
      ...rest,
      links: [...links, { rel: 'describedby', type: 'text/html', href: 'http://docs.openstack.org/' }],
      'media-types': [
        {
          base: 'application/json',
          type: `application/vnd.openstack.compute+json;version=${id === 'v2.0' ? '2' : '2.1'}`,
        },
      ],
    },
  };
}

const describe = (endpoint: string, id: 'v2.0' | 'v2.1') =>
  id === 'v2.0'
    ? {
        id,
        status: 'DEPRECATED',
        version: '',
        min_version: '',
        updated: '2025-07-04T12:00:00Z',
        links: [{ rel: 'self', href: `${endpoint}/v2/` }],
      }
    : {
        id,
        status: 'CURRENT',
        version: `2.${NEWEST_MINOR}`,
        min_version: `2.${OLDEST_MINOR}`,
        updated: '2013-07-23T11:33:21Z',
        links: [{ rel: 'self', href: `${endpoint}/v2.1/` }],
      };
