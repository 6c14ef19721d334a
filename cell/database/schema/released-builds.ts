/** Builds that the global tier released up to this epoch: a build request of such an epoch that arrives later is refused. */
export interface ReleasedBuildsTable {
  uuid: string;
  epoch: number;
  released_at: number;
}

export interface ReleasedBuildTables {
  released_builds: ReleasedBuildsTable;
}
