/** Another writer changed the instance since it was read: the transaction has to begin again. */
export class VersionConflict extends Error {
  override readonly name = 'VersionConflict';
}
