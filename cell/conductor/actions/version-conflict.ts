/** Somebody changed the instance since it was read: the transaction is to begin again. */
export class VersionConflict extends Error {
  override readonly name = 'VersionConflict';
}
