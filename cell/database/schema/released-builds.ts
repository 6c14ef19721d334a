/** Builds that the global tier took back up to this epoch: an order that was on its way meanwhile is stale when it arrives. */
export interface ReleasedBuildsTable {
  uuid: string;
  epoch: number;
  released_at: number;
}

export interface ReleasedBuildTables {
  released_builds: ReleasedBuildsTable;
}
