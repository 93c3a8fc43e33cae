import { useState } from 'react';
import { useReactFlow } from '@xyflow/react';
import { useQuery } from '@tanstack/react-query';
import { api } from '../core/api';
import { relationColor } from '../core/geometry';
import { t } from '../core/i18n';
import { List, type Item } from '../shell/List';
import { add, focusNode, openNode, relationsFrom } from '../state/actions';
import { get, set, useEditor, type QuickAdd as Quick } from '../state/editor';
import { chainPath, go } from '../state/router';
import { commands } from './commands';
import { fits } from './Palette';
import { scale } from '../shell/scale';
import { freePlace, jump, type Flow } from './view';

/** Node types that a query finds; those whose name begins with it come first. */
function typeItems(query: string, run: (type: string) => void, canBeSource: boolean, hint?: string): Item[] {
  const found = [...get().types.values()].filter((type) => (canBeSource || !type.source) && fits(type, query));
  const rank = (name: string) => { const at = name.toLowerCase().indexOf(query.toLowerCase()); return at < 0 ? 2 : at ? 1 : 0; };
  return found
    .map((type) => ({ key: `add ${type.type}`, icon: type.icon, category: type.category, label: type.name, hint: hint ?? t(`cat.${type.category}`), run: () => run(type.type) }))
    .toSorted((a, b) => rank(a.label) - rank(b.label));
}

/** The list that opens where an arrow was dropped, on an arrow, or after the selection. */
export function QuickAdd() {
  const quick = useEditor((state) => state.quick);
  return quick && <QuickList key={`${quick.from}${quick.edge}${quick.at.x}`} quick={quick} />;
}

function QuickList({ quick }: { quick: Quick }) {
  const relations = quick.from ? relationsFrom(quick.from) : [];
  const [relation, setRelation] = useState(quick.relation ?? relations[0]);
  const shown = relations.length > 8 ? [...new Set([relation!, ...relations])].slice(0, 8) : relations;
  const turn = (back: boolean) => {
    const now = relations.indexOf(relation ?? '');
    if (relations.length) setRelation(relations[(now + (back ? relations.length - 1 : 1)) % relations.length]);
  };
  const take = (type: string) => {
    const link = { ...(quick.from && relation ? { from: quick.from, relation } : {}), ...(quick.edge ? { edge: quick.edge } : {}) };
    focusNode(add(type, quick.place, link));
  };
  const close = () => { set({ quick: null }); if (quick.from) focusNode(quick.from); };
  const left = Math.max(8, Math.min(quick.at.x, innerWidth - 308 * scale()));
  const top = Math.max(60, Math.min(quick.at.y, innerHeight - 440 * scale()));
  return (
    <div className="scrim clear" onPointerDown={close}>
      <div className="floating" style={{ left, top }}>
        <List label={t('quick.add')} placeholder={t('palette.search')} items={(query) => typeItems(query, take, !quick.from && !quick.edge)} onClose={close} {...(relations.length > 1 ? { onTab: turn } : {})}>
          {relations.length > 1 && (
            <div className="choices" role="group" aria-label={t('edge.relation')}>
              {shown.map((name) => (
                <button key={name} type="button" tabIndex={-1} className="pill still" aria-pressed={name === relation} style={{ '--ec': relationColor(name) } as React.CSSProperties} onClick={() => setRelation(name)}>{name}</button>
              ))}
              <small>{t('quick.tab')}</small>
            </div>
          )}
        </List>
      </div>
    </div>
  );
}

/** Ctrl+K: nodes of this chain, commands, node types, other chains. */
export function CommandPalette() {
  const isOpen = useEditor((state) => state.command);
  return isOpen && <CommandList />;
}

function CommandList() {
  const flow = useReactFlow() as unknown as Flow;
  const { data } = useQuery({ queryKey: ['chains'], queryFn: () => api.chains() });
  const [before] = useState(() => document.activeElement as HTMLElement | null);
  const close = () => set({ command: false });
  const cancel = () => { close(); before?.focus({ preventScroll: true }); };
  const items = (query: string): Item[] => {
    const has = (text: string) => text.toLowerCase().includes(query.toLowerCase());
    const { doc, types, chain } = get();
    const goto = doc.nodes.filter((node) => has(node.name)).map((node) => ({
      key: `node ${node.id}`, icon: types.get(node.type)?.icon ?? 'info', category: types.get(node.type)?.category ?? 'flow', label: node.name, hint: t('quick.goto'),
      run: () => { close(); set({ outline: false }); openNode(node.id); requestAnimationFrame(() => jump(flow, node.id)); },
    }));
    const acts = commands(flow).filter((command) => has(command.label)).map((command) => ({
      key: `do ${command.label}`, icon: command.icon, category: 'flow', label: command.label, hint: command.key ?? t('quick.command'), run: () => { cancel(); command.run(); },
    }));
    const others = (data?.items ?? []).filter((other) => other.id !== chain?.id && has(other.name)).map((other) => ({
      key: `chain ${other.id}`, icon: 'workflow', category: 'flow', label: other.name, hint: t('quick.chain'), run: () => { close(); go(chainPath(other.id)); },
    }));
    const fresh = typeItems(query, (type) => { focusNode(add(type, freePlace(flow))); }, true, t('quick.addnode'));
    return query ? [...goto, ...fresh, ...acts, ...others] : [...goto, ...acts, ...others];
  };
  return <div className="scrim" onPointerDown={close}><List label={t('search')} placeholder={t('search')} items={items} onClose={cancel} /></div>;
}

