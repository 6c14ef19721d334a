/** What has come of a copy, by disk and block: the checksum of each block, and what the first ones said. Kept in the journal of the guests. */
export interface HalfCopy {
  readonly contentId: string | null;
  readonly console: readonly string[];
  readonly disks: Readonly<
    Record<string, { readonly version: string; readonly blocks: Readonly<Record<number, string>> }>
  >;
}
