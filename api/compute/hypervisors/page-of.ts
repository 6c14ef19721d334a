import { VolvoxError } from '#platform/errors/volvox-error.ts';
import { notFoundIn } from '../../cross-cell/ask-cells.ts';
import { lastOf } from '../../http/query.ts';
import type { ApiRequest } from '../../http/route.ts';
import { since } from '../../http/since.ts';
import { pageLimit } from '../page-limit.ts';
import type { Hypervisor, HypervisorAnswers } from './hypervisor-hosts.ts';
import { hypervisorId } from './view.ts';

const SINCE = since({ pages: 33, uuids: 53 });

/** The part of the whole list that is asked for: a page (since 2.33), or those whose name has the pattern in it (since 2.53). */
export function pageOf(
  { hypervisors, silent }: HypervisorAnswers,
  { query, version }: ApiRequest,
): readonly Hypervisor[] {
  if (!SINCE.pages(version)) return hypervisors;
  const pattern = lastOf(query, 'hypervisor_hostname_pattern');
  const marker = lastOf(query, 'marker');
  if (pattern !== undefined) {
    if (marker !== undefined || query.limit !== undefined)
      throw new VolvoxError(
        'invalid',
        'Paging over hypervisors with the hypervisor_hostname_pattern query parameter is not supported. Leave out limit and marker, or the pattern.',
      );
    const found = matching(hypervisors, pattern);
    if (found.length === 0) {
      throw notFoundIn(silent, `No hypervisor matching '${pattern}' could be found.`);
    }
    return found;
  }
  let start = 0;
  if (marker !== undefined) {
    if (!SINCE.uuids(version) && !/^\d+$/.test(marker))
      throw new VolvoxError('invalid', `Invalid marker ${marker}: no hypervisor has this id.`);
    start = hypervisors.findIndex(({ host }) => String(hypervisorId(host, version)) === marker) + 1;
    if (start === 0) {
      throw notFoundIn(silent, `Marker ${marker} could not be found.`, 'invalid');
    }
  }
  return hypervisors.slice(start, start + pageLimit(query));
}

export const matching = (hypervisors: readonly Hypervisor[], part: string): readonly Hypervisor[] =>
  hypervisors.filter(({ host }) => host.node.toLowerCase().includes(part.toLowerCase()));
