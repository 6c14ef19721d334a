/** What a disk transfer has received: the checksum of each block, and the contents of the first ones. The journal of guests keeps it. */
export interface PartialTransfer {
  readonly contentId: string | null;
  readonly console: readonly string[];
  readonly disks: Readonly<
    Record<string, { readonly version: string; readonly blocks: Readonly<Record<number, string>> }>
  >;
}
