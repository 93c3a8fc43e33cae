/** The Markdown of notes: a small part of it, as a tree of plain values that a view draws; HTML in it is only text. */
export type Inline = { kind: 'text' | 'code'; text: string } | { kind: 'strong' | 'em' | 'del'; parts: Inline[] } | { kind: 'link'; href: string; parts: Inline[] };

export type Block =
  | { kind: 'heading'; level: number; parts: Inline[] }
  | { kind: 'paragraph' | 'quote'; parts: Inline[] }
  | { kind: 'list'; ordered: boolean; items: Inline[][] }
  | { kind: 'code'; text: string }
  | { kind: 'rule' };

const SAFE = /^(?:https?:\/\/|mailto:)[^\s]+$/i;
// Code first: nothing inside of it has a meaning. A link without a safe address stays text.
const INLINE = /`([^`\n]+)`|\*\*(?=\S)([^\n]+?)(?<=\S)\*\*(?!\*)|\*(?=[^\s*])([^*\n]+?)(?<=\S)\*|~~(?=\S)([^~\n]+?)~~|\[([^\]\n]+)\]\(([^)\s]+)\)|(https?:\/\/[^\s<>"')\]]+)/;
const DEEPEST = 6;

export function inline(text: string, depth = 0): Inline[] {
  const found = depth < DEEPEST ? INLINE.exec(text) : null;
  if (!found) return text ? [{ kind: 'text', text }] : [];
  const [whole, code, strong, em, del, label, href, bare] = found;
  const before: Inline[] = found.index ? [{ kind: 'text', text: text.slice(0, found.index) }] : [];
  const rest = inline(text.slice(found.index + whole.length), depth);
  const inner = (part: string) => inline(part, depth + 1);
  if (code !== undefined) return [...before, { kind: 'code', text: code }, ...rest];
  if (strong !== undefined) return [...before, { kind: 'strong', parts: inner(strong) }, ...rest];
  if (em !== undefined) return [...before, { kind: 'em', parts: inner(em) }, ...rest];
  if (del !== undefined) return [...before, { kind: 'del', parts: inner(del) }, ...rest];
  if (bare !== undefined) return [...before, { kind: 'link', href: bare, parts: [{ kind: 'text', text: bare }] }, ...rest];
  if (!SAFE.test(href!)) return [...before, { kind: 'text', text: whole }, ...rest];
  return [...before, { kind: 'link', href: href!, parts: inner(label!) }, ...rest];
}

const ITEM = /^\s*(?:[-*+]|(\d{1,9})[.)])\s+(.*)$/;

/** The blocks of a text. */
export function blocks(text: string): Block[] {
  const lines = text.replace(/\r\n?/g, '\n').split('\n');
  const found: Block[] = [];
  let at = 0;
  const take = (fits: (line: string) => boolean): string[] => {
    const from = at;
    while (at < lines.length && fits(lines[at]!)) at++;
    return lines.slice(from, at);
  };
  while (at < lines.length) {
    const line = lines[at]!;
    const heading = /^(#{1,6})\s+(.+?)\s*#*$/.exec(line);
    if (!line.trim()) at++;
    else if (line.startsWith('```')) {
      at++;
      found.push({ kind: 'code', text: take((next) => !next.startsWith('```')).join('\n') });
      at++;
    } else if (heading) {
      at++;
      found.push({ kind: 'heading', level: heading[1]!.length, parts: inline(heading[2]!) });
    } else if (/^\s*(?:-{3,}|\*{3,}|_{3,})\s*$/.test(line)) {
      at++;
      found.push({ kind: 'rule' });
    } else if (ITEM.test(line)) {
      const ordered = ITEM.exec(line)![1] !== undefined;
      found.push({ kind: 'list', ordered, items: take((next) => ITEM.test(next) && (ITEM.exec(next)![1] !== undefined) === ordered).map((item) => inline(ITEM.exec(item)![2]!)) });
    } else if (line.startsWith('>')) found.push({ kind: 'quote', parts: inline(take((next) => next.startsWith('>')).map((next) => next.replace(/^>\s?/, '')).join('\n')) });
    else found.push({ kind: 'paragraph', parts: inline(take((next) => Boolean(next.trim()) && !/^(?:#{1,6}\s|```|>)/.test(next) && !ITEM.test(next)).join('\n') || lines[at++]!) });
  }
  return found;
}
