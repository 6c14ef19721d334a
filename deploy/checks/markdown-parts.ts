interface MarkdownLine {
  /** From 1. */
  readonly line: number;
  /** As it stands in the file. */
  readonly raw: string;
  /** Without code spans and the targets of links: what a reader reads as English. */
  readonly prose: string;
  /** In a fenced block: the output of a program or a drawing, which cannot be broken. */
  readonly isFenced: boolean;
}

const FENCE = /^\s*```/;
const INDENTED_CODE = /^ {4,}(?![-*+] |\d+\. )/;
const CODE_SPAN = /`[^`]*`/g;
const LINK_TARGET = /\]\([^)]*\)/g;

/** The lines of a page. Indented code has no prose, unless it continues the item of a list. */
export function markdownLines(page: string): readonly MarkdownLine[] {
  let isFenced = false;
  let inList = false;
  return page.split('\n').map((raw, index) => {
    const isFence = FENCE.test(raw);
    if (isFence) isFenced = !isFenced;
    if (/^\s*([-*+]|\d+\.) /.test(raw)) inList = true;
    else if (/^\S/.test(raw)) inList = false;
    const isCode = isFenced || isFence || (!inList && INDENTED_CODE.test(raw));
    const prose = isCode ? '' : raw.replaceAll(CODE_SPAN, '').replaceAll(LINK_TARGET, ']');
    return { line: index + 1, raw, prose, isFenced };
  });
}

/** A report that a long run writes (`Made by \`npm run …\``) has tables of figures that are as wide as they are. */
export const isGenerated = (page: string): boolean => /^Made by `npm run/m.test(page.slice(0, 400));
