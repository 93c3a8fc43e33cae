/** What is said of cards: their kind, their name, where they lead, their problems. */
import { isOnlyMoved } from '../core/document';
import { t, tn } from '../core/i18n';
import { INPUT, type Doc, type DocNode, type Problem, type Types } from '../core/types';
import { problemsOf } from '../state/problems';

interface Parts {
  doc: Doc;
  types: Types;
  problems: readonly Problem[];
}

let last: (Parts & { said: Map<string, string> }) | undefined;

/** The spoken name of each node; made anew only when something else than places has changed. */
export function spoken({ doc, types, problems }: Parts): ReadonlyMap<string, string> {
  if (last && last.types === types && last.problems === problems && isOnlyMoved(last.doc, doc)) {
    last.doc = doc;
    return last.said;
  }
  const names = new Map(doc.nodes.map((node) => [node.id, node.name]));
  const targets = new Map<string, string>();
  const lead = (from: string, relation: string, to: string) => targets.set(from, `${targets.get(from) ?? ''}, ${t('node.to', { relation, name: names.get(to) ?? to })}`);
  if (doc.entry) lead(INPUT, 'Messages', doc.entry);
  for (const edge of doc.edges) lead(edge.from, edge.relation, edge.to);
  const say = ({ id, type, name }: Pick<DocNode, 'id' | 'type' | 'name'>) => {
    const mine = problemsOf(problems, id);
    return t('node.spoken', {
      type: id === INPUT ? t('input.type') : (types.get(type)?.name ?? type), name,
      targets: targets.get(id) ?? '', problems: mine.length ? `, ${tn('problems', mine.length)}` : '',
    });
  };
  const said = new Map(doc.nodes.map((node) => [node.id, say(node)]));
  said.set(INPUT, say({ id: INPUT, type: INPUT, name: t('input.name') }));
  last = { doc, types, problems, said };
  return said;
}
