import { memo, type CSSProperties } from 'react';
import { Handle, Position, type NodeProps } from '@xyflow/react';
import { CARD_W, cardHeight, portY, relationColor } from '../core/geometry';
import { t, tn } from '../core/i18n';
import { formatRate, live, type Rate } from '../core/live';
import type { Pass } from '../core/trace';
import { INPUT } from '../core/types';
import { Icon } from '../shell/Icon';
import { expand, focusSoon, patch } from '../state/actions';
import { useDebugMinutes } from '../state/debug';
import { get, set, useEditor } from '../state/editor';
import { problemsOf } from '../state/problems';
import { passOf, placeOf, useTrace } from '../state/trace';
import type { CardNode } from './flow';
import { Inner } from './Inner';
import { useMark } from './marks';
import { isFar, useRate, write } from './rates';

const vars = (values: Record<string, string>) => values as CSSProperties;

function Badge({ id }: { id: string }) {
  const ref = useRate<HTMLSpanElement>(id, showRate);
  const explain = () => {
    const rate = live.get(id);
    if (rate && ref.current) ref.current.title = t('node.rate', { rate: rate.rate, failures: rate.failures });
  };
  return <span ref={ref} className="rate idle" hidden onPointerEnter={explain} />;
}

function showRate(element: HTMLSpanElement, rate: Rate | undefined): void {
  if (element.hidden !== !rate) element.hidden = !rate;
  if (!rate) return;
  const state = rate.failures ? 'rate bad' : rate.rate ? 'rate' : 'rate idle';
  if (element.className !== state) element.className = state;
  if (!isFar()) write(element, `${formatRate(rate.rate)}/s`);
}

function Flag({ id, name }: { id: string; name: string }) {
  const problems = useEditor((state) => problemsOf(state.problems, id));
  if (!problems.length) return null;
  return (
    <span className={`badge ${problems[0]!.level}`} title={problems.map((problem) => problem.text).join('\n')} role="img" aria-label={`${tn('problems', problems.length)}: ${name}`}>
      {problems.length}
    </span>
  );
}

function Title({ id, name }: { id: string; name: string }) {
  const isRenaming = useEditor((state) => state.renaming === id);
  if (!isRenaming) return <div className="nm" title={name} dir="auto">{name}</div>;
  const done = (value: string | null) => {
    if (value?.trim()) patch(id, { name: value.trim() });
    set({ renaming: null });
  };
  return (
    <input className="nm nodrag" aria-label={t('name')} defaultValue={name} autoFocus maxLength={255} onFocus={(e) => e.target.select()} onBlur={(e) => done(e.target.value)}
      onKeyDown={(e) => {
        e.stopPropagation();
        if (e.key === 'Enter') e.currentTarget.blur();
        if (e.key === 'Escape') done(null);
        if (e.key === 'Enter' || e.key === 'Escape') focusSoon(id);
      }} />
  );
}

/** For how long a node is still debugged. */
function Debugged({ id, name }: { id: string; name: string }) {
  const minutes = useDebugMinutes(id);
  if (!minutes) return null;
  const text = minutes === Infinity ? t('panel.debugging') : t('debug.left', { n: minutes });
  return <span className="debugleft" role="img" aria-label={`${t('panel.debugging')}, ${text}: ${name}`} title={t('panel.debugging')}><Icon name="bug" />{text}</span>;
}

/** The numbers of a traced message's steps here, and why it failed. */
function Passed({ pass, name }: { pass: Pass; name: string }) {
  const { numbers, error } = pass;
  const text = numbers.length > 2 ? `${numbers[0]}…${numbers.at(-1)}` : numbers.join(' ');
  return (
    <>
      {text && <span className={`hopno ${error ? 'bad' : ''}`} role="img" aria-label={`${t('trace.number', { n: numbers.join(', ') })}: ${name}`}>{text}</span>}
      {error && <span className="why" title={error} dir="auto">{error}</span>}
    </>
  );
}

/** One step of the chain, or the card where messages come in. */
export const Card = memo(function Card({ id, data }: NodeProps<CardNode>) {
  const { node, ports, used } = data;
  const type = useEditor((state) => state.types.get(node.type));
  const mark = useMark(id);
  useEditor((state) => state.drawer === 'trace');
  const pass = useTrace((state) => passOf(state, id));
  const isHere = useTrace((state) => pass !== undefined && placeOf(state) === id);
  const way = pass === undefined ? '' : pass ? `passed ${pass.error ? 'failed' : ''} ${isHere ? 'here' : ''}` : '';
  const isEntry = id === INPUT;
  const isDebugged = useDebugMinutes(id) > 0 || Boolean(node.debug);
  const inner = node.type === 'rule-chain' && typeof node.config.ruleChainId === 'string' ? node.config.ruleChainId : '';
  const category = isEntry ? 'input' : (type?.category ?? 'flow');
  const typeName = isEntry ? t('input.type') : type ? type.name : node.type;
  const below = typeName === node.name ? t(`cat.${category}`) : typeName;
  const wired = new Set(used.map((name) => name.toLowerCase()));
  const count = ports.shown.length + (ports.more ? 1 : 0);
  return (
    <div className={`card ${node.disabled ? 'off' : ''} ${isDebugged ? 'bugged' : ''} ${mark} ${way}`} data-testid="node" data-name={node.name} data-type={node.type}
      style={vars({ width: `${CARD_W}px`, height: `${cardHeight(ports)}px`, '--c': `var(--c-${category})` })}>
      {!isEntry && !type?.source && <Handle type="target" id="in" position={Position.Left} className="hd in" role="img" aria-label={t('node.input', { name: node.name })} />}
      <span className="tile"><Icon name={isEntry ? 'log-in' : (type?.icon ?? 'info')} /></span>
      <div className="tx">
        <Title id={id} name={node.name} />
        <div className="ty"><span className="kind">{below}</span><Badge id={isEntry ? (get().doc.entry ?? '') : id} /></div>
      </div>
      {ports.shown.map((relation, index) => (
        <span key={relation} className="port" style={vars({ '--py': `${portY(index, ports)}px`, '--ec': relationColor(relation) })}>
          <Handle type="source" id={relation} position={Position.Right} className={`hd ${wired.has(relation.toLowerCase()) ? 'wired' : ''}`} style={{ top: portY(index, ports) }} role="img" aria-label={t('node.output', { relation, name: node.name })} />
          {!wired.has(relation.toLowerCase()) && !isEntry && <span className="plabel" aria-hidden="true">{relation}</span>}
        </span>
      ))}
      {ports.more > 0 && (
        <button type="button" className="moreports nodrag" style={{ top: portY(count - 1, ports) }} aria-label={t('node.ports', { n: ports.more, name: node.name })}
          onClick={(event) => { event.stopPropagation(); expand(id); }}>+{ports.more}</button>
      )}
      {!isEntry && <Flag id={id} name={node.name} />}
      {isDebugged && <Debugged id={id} name={node.name} />}
      {inner && <Inner chain={inner} />}
      {pass && <Passed pass={pass} name={node.name} />}
    </div>
  );
});
