import type { ApiConfig } from '../config.ts';

export const identityUrl = (config: Pick<ApiConfig, 'publicUrl'>): string => `${config.publicUrl}/identity/v3`;

/** A whole list, as Keystone wraps it. */
export const collection = <T>(config: Pick<ApiConfig, 'publicUrl'>, noun: string, items: readonly T[]) => ({
  [noun]: items,
  links: { next: null, self: `${identityUrl(config)}/${noun}`, previous: null },
});

export const selfLink = (config: Pick<ApiConfig, 'publicUrl'>, noun: string, id: string) => ({
  self: `${identityUrl(config)}/${noun}/${id}`,
});
