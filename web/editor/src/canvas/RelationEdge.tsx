import { memo, useCallback, useLayoutEffect, useRef, useSyncExternalStore, type CSSProperties, type ReactNode } from 'react';
import { createPortal } from 'react-dom';
import { useStore, type EdgeProps, type ReactFlowState } from '@xyflow/react';
import { edgePath, heat, relationColor } from '../core/geometry';
import { t } from '../core/i18n';
import { edgeKey, formatRate, live, type Rate } from '../core/live';
import { ENTRY_EDGE, INPUT } from '../core/types';
import { nameOf } from '../state/actions';
import { get, set, useEditor } from '../state/editor';
import { wayOf, useTrace } from '../state/trace';
import type { FlowEdge } from './flow';
import { diffOf } from './marks';
import { isFar, useRate } from './rates';
import { calm } from './view';

const places = new WeakMap<Element, Element>();

/** Where the pills of all arrows are; looked up once for a canvas. */
function labels({ domNode }: ReactFlowState): Element | undefined {
  if (!domNode) return undefined;
  const found = places.get(domNode) ?? domNode.querySelector('.react-flow__edgelabel-renderer') ?? undefined;
  if (found) places.set(domNode, found);
  return found;
}

function Label({ children }: { children: ReactNode }) {
  const place = useStore(labels);
  return place ? createPortal(children, place) : null;
}

const ROOM = ' 0.00';
const PILL_H = 18;

function showRate(element: HTMLElement, rate: Rate | undefined): void {
  const isHot = Boolean(rate && rate.rate > 0);
  if (element.hidden === isHot) element.hidden = !isHot;
  const text = isHot && !isFar() ? formatRate(rate!.rate) : element.dataset.n;
  if (text !== element.dataset.n) element.dataset.n = text;
}

/** Drawn by the style: what is read aloud of a pill stays its relation. */
function Count({ of }: { of: string }) {
  return <span ref={useRate<HTMLElement>(of, showRate)} className="n" hidden />;
}

/** A straight stub with the relation's pill, then a curve to the input; as wide as its traffic. */
export const RelationEdge = memo(function RelationEdge(props: EdgeProps<FlowEdge>) {
  const { id, data } = props;
  const source = data?.from ?? props.source;
  const target = data?.to ?? props.target;
  const relation = data?.relation ?? '';
  const key = source === INPUT ? (get().doc.entry ?? '') : edgeKey(source, relation);
  const isHot = useSyncExternalStore(useCallback((listener) => live.subscribe(key, listener), [key]), () => (live.get(key)?.rate ?? 0) > 0);
  const isTarget = useEditor((state) => state.dropEdge === id);
  const hasHeat = useEditor((state) => state.heat);
  const isNew = useEditor((state) => state.compare !== null && diffOf(state.compare.doc, state.doc).addedEdges.has(id));
  useEditor((state) => state.drawer === 'trace');
  const way = useTrace((state) => wayOf(state, source, relation, target));
  const path = edgePath(props.sourceX, props.sourceY, props.targetX, props.targetY, relation + (isHot && data?.isFirst ? ROOM : ''));
  const colour = { '--ec': relationColor(relation) } as CSSProperties;
  const isWide = hasHeat && !isTarget;
  const line = useRef<SVGPathElement>(null);
  useLayoutEffect(() => {
    const warm = () => { const width = isWide ? String(heat(live.get(key)?.rate ?? 0)) : ''; if (line.current && line.current.style.strokeWidth !== width) line.current.style.strokeWidth = width; };
    warm();
    return isWide ? live.subscribe(key, warm) : undefined;
  }, [key, isWide]);
  const openMenu = (x: number, y: number) => set({ pill: { edge: id, at: { x, y } }, selected: new Set([id]) });
  return (
    <g className={`edge-g ${isNew ? 'diff-added' : ''} ${way}`} style={colour}>
      <path ref={line} className={`edge ${isHot ? 'hot' : ''} ${isTarget ? 'target' : ''}`} d={path.d} />
      {way === 'passed' && !calm() && <circle className="mover" r={4}><animateMotion dur="1.6s" repeatCount="indefinite" path={path.d} /></circle>}
      <path className="arrow" d={`M${props.targetX - 12},${props.targetY - 4.5} l5,4.5 l-5,4.5`} />
      <path className="edge-hit" data-edge={id} d={path.d} onContextMenu={(event) => { event.preventDefault(); openMenu(event.clientX, event.clientY); }} />
      {data?.isFirst && (
        <Label>
          <button type="button" className={`pill nodrag nopan ${way}`} data-testid="pill" data-edge={id} data-relation={relation}
            style={{ ...colour, left: path.pillX, top: path.pillY - PILL_H / 2 }}
            aria-label={t('edge.pill', { relation, from: nameOf(source), to: nameOf(target) })}
            onClick={(event) => {
              event.stopPropagation();
              const box = event.currentTarget.getBoundingClientRect();
              if (id !== ENTRY_EDGE) openMenu(box.left, box.bottom + 4);
              else set({ selected: new Set([id]) });
            }}>
            <span dir="auto">{relation}</span><Count of={key} />
          </button>
        </Label>
      )}
    </g>
  );
});
