/** The last microversion of the proxies to other services (images, networks, volumes, bare metal): Nova answers 404 above it. */
export const PROXIES_UNTIL = 35;
