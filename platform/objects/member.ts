/** The member of a map whose keys users choose: what every object inherits (`constructor`, `toString`) is no member. */
export const member = <T>(map: Readonly<Record<string, T>>, key: string): T | undefined =>
  Object.hasOwn(map, key) ? map[key] : undefined;
