const MAX = 63;

/** A host name out of a display name, as Nova makes it (`nova.utils.sanitize_hostname`). `fallback` when nothing is left of it. */
export function hostNameOf(displayName: string, fallback: string): string {
  const name = displayName
    .replace(/[^ -\u00ff]/gu, '')
    .slice(0, MAX)
    .replace(/[ _.]/g, '-')
    .replace(/[^\p{L}\p{N}_.-]+/gu, '')
    .toLowerCase()
    .replace(/^[.-]+|[.-]+$/g, '');
  return name === '' ? fallback.slice(0, MAX) : name;
}
