import type { HomeWithBuild } from '#platform/directory/stores/homes/home.ts';
import type { Instance } from '#platform/objects/instance.ts';
import type { CellDoor } from '../../../cross-cell/cell-doors.ts';
import type { PageSize } from '../../../cross-cell/merge-sorted.ts';

/** A server of a list: reported by its cell (or by its accepted build), or known only to the directory because its cell is silent. */
export type Listed =
  | { readonly silent: false; readonly instance: Instance }
  | { readonly silent: true; readonly home: HomeWithBuild };

/** What users may make long: 1,000 servers of a page with 128 pairs of metadata each would be some 100 MB. */
export const PAGE_SIZE: PageSize<Instance> = {
  of: ({ metadata, tags, description, image, flavor, userData }) =>
    JSON.stringify([metadata, tags, description, image.properties, flavor.extraSpecs]).length + (userData?.length ?? 0),
  max: 4 * 1024 * 1024,
};

export interface ServerList {
  readonly servers: readonly Listed[];
  /** The page has fewer servers than it may, because they are large, and there are more. */
  readonly cut: boolean;
  readonly silentCells: readonly CellDoor[];
}
