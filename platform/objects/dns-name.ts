/** RFC 1035, section 2.3.4. */
const MAX_NAME = 253;
const LABEL = /^[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?$/;

/** Why this is no name in DNS, as a part of a sentence; null: it is one. The dot at its end is not a part of it. */
export function notDnsName(text: string): string | null {
  if (text.length > MAX_NAME) return `it has more than ${MAX_NAME} characters`;
  const labels = text.split('.');
  const wrong = labels.find((label) => !LABEL.test(label));
  if (wrong !== undefined) {
    return `'${wrong}' is not 1 to 63 letters, digits and hyphens of ASCII with a letter or a digit at both ends`;
  }
  return labels.length > 1 && /^\d+$/.test(labels.at(-1) ?? '') ? 'its last part has digits only' : null;
}
