import { memo, useSyncExternalStore, type CSSProperties } from 'react';
import { EdgeLabelRenderer, type EdgeProps } from '@xyflow/react';
import { edgePath, heat, relationColor } from '../core/geometry';
import { t } from '../core/i18n';
import { edgeKey, formatRate, live } from '../core/live';
import { ENTRY_EDGE, INPUT } from '../core/types';
import { nameOf } from '../state/actions';
import { get, set, useEditor } from '../state/editor';
import { wayOf, useTrace } from '../state/trace';
import type { FlowEdge } from './flow';
import { diffOf } from './marks';
import { calm } from './view';

/** A straight stub with the relation's pill, then a curve to the input; as wide as its traffic. */
export const RelationEdge = memo(function RelationEdge(props: EdgeProps<FlowEdge>) {
  const { id, data } = props;
  const source = data?.from ?? props.source;
  const target = data?.to ?? props.target;
  const relation = data?.relation ?? '';
  const key = source === INPUT ? (get().doc.entry ?? '') : edgeKey(source, relation);
  const rate = useSyncExternalStore((listener) => live.subscribe(key, listener), () => live.get(key));
  const isTarget = useEditor((state) => state.dropEdge === id);
  const hasHeat = useEditor((state) => state.heat);
  const isNew = useEditor((state) => state.compare !== null && diffOf(state.compare.doc, state.doc).addedEdges.has(id));
  useEditor((state) => state.drawer === 'trace');
  const way = useTrace((state) => wayOf(state, source, relation, target));
  const text = rate && rate.rate > 0 && data?.isFirst ? formatRate(rate.rate) : '';
  const path = edgePath(props.sourceX, props.sourceY, props.targetX, props.targetY, relation + (text ? ` ${text}` : ''));
  const colour = { '--ec': relationColor(relation) } as CSSProperties;
  const width = isTarget || !hasHeat ? undefined : heat(rate?.rate ?? 0);
  const openMenu = (x: number, y: number) => set({ pill: { edge: id, at: { x, y } }, selected: new Set([id]) });
  return (
    <g className={`edge-g ${isNew ? 'diff-added' : ''} ${way}`} style={colour}>
      <path className={`edge ${rate?.rate ? 'hot' : ''} ${isTarget ? 'target' : ''}`} d={path.d} style={{ strokeWidth: width }} />
      {way === 'passed' && !calm() && <circle className="mover" r={4}><animateMotion dur="1.6s" repeatCount="indefinite" path={path.d} /></circle>}
      <path className="arrow" d={`M${props.targetX - 12},${props.targetY - 4.5} l5,4.5 l-5,4.5`} />
      <path className="edge-hit" data-edge={id} d={path.d} onContextMenu={(event) => { event.preventDefault(); openMenu(event.clientX, event.clientY); }} />
      {data?.isFirst && (
        <EdgeLabelRenderer>
          <button type="button" className={`pill nodrag nopan ${way}`} data-testid="pill" data-edge={id} data-relation={relation}
            style={{ ...colour, transform: `translate(${path.pillX}px,${path.pillY}px) translateY(-50%)` }}
            aria-label={t('edge.pill', { relation, from: nameOf(source), to: nameOf(target) })}
            onClick={(event) => {
              event.stopPropagation();
              const box = event.currentTarget.getBoundingClientRect();
              if (id !== ENTRY_EDGE) openMenu(box.left, box.bottom + 4);
              else set({ selected: new Set([id]) });
            }}>
            <span dir="auto">{relation}</span>{text && <span className="n" data-n={text} />}
          </button>
        </EdgeLabelRenderer>
      )}
    </g>
  );
});
