/** The one domain there is. */
export const DEFAULT_DOMAIN = { id: 'default', name: 'Default' } as const;
