import { useReactFlow } from '@xyflow/react';
import { goToProblem } from '../canvas/commands';
import type { Flow } from '../canvas/view';
import { t } from '../core/i18n';
import { INPUT, type Problem } from '../core/types';
import { cycle } from '../core/validate';
import { Icon } from '../shell/Icon';
import { connect, nameOf, relabel, relationsFrom, remove } from '../state/actions';
import { get, set, useEditor } from '../state/editor';

/** What is wrong or doubtful: a click jumps there, and where there is a way out, a button takes it. */
export function Problems() {
  const problems = useEditor((state) => state.problems);
  const flow = useReactFlow() as unknown as Flow;
  if (!problems.length) return <p className="hint pad"><span className="lv ok"><Icon name="ok" /></span> {t('problems.none')}</p>;
  return (
    <ul className="problems">
      {problems.map((problem) => {
        const fix = fixOf(problem, flow);
        return (
          <li key={problem.key}>
            <button type="button" className="prow" onClick={() => goToProblem(flow, problem)}>
              <span className={`lv ${problem.level}`}><Icon name={problem.level} /></span><b dir="auto">{problem.nodeId ? nameOf(problem.nodeId) : t('problems.chain')}</b><span className="txt" dir="auto">{problem.text}</span>
            </button>
            {fix && <button type="button" className="btn sm" onClick={fix.run}>{fix.label}</button>}
          </li>
        );
      })}
    </ul>
  );
}

interface Fix {
  label: string;
  run: () => void;
}

function fixOf(problem: Problem, flow: Flow): Fix | undefined {
  const { doc, types } = get();
  const { nodeId, edgeId, code } = problem;
  if (code === 'no-entry' || code === 'lost-entry') {
    const led = new Set(doc.edges.map((edge) => edge.to));
    const first = doc.nodes.find((node) => !led.has(node.id) && !types.get(node.type)?.source) ?? doc.nodes[0];
    return first && { label: t('fix.entry', { name: first.name }), run: () => connect(INPUT, 'Messages', first.id) };
  }
  if (code === 'unknown-relation' && edgeId) {
    const edge = doc.edges.find((item) => item.id === edgeId);
    const known = edge && relationsFrom(edge.from).find((name) => name !== edge.relation && name !== 'Failure');
    return known ? { label: t('fix.relation', { relation: known }), run: () => relabel(edgeId, [known]) } : { label: t('fix.edge'), run: () => remove([edgeId]) };
  }
  if (edgeId) return { label: t('fix.edge'), run: () => remove([edgeId]) };
  if (code === 'unreachable' && nodeId) return { label: t('fix.remove'), run: () => remove([nodeId]) };
  if (code === 'dead-end' && nodeId) return { label: t('fix.connect'), run: () => set({ ask: { kind: 'connect', node: nodeId } }) };
  if (code === 'cycle' && nodeId) {
    const circle = cycle(doc);
    const next = new Map(circle.map((id, index) => [id, circle[(index + 1) % circle.length]]));
    const back = doc.edges.findLast((edge) => next.get(edge.from) === edge.to);
    return back && { label: t('fix.edge'), run: () => remove([back.id]) };
  }
  return problem.field ? { label: t('fix.open'), run: () => goToProblem(flow, problem) } : undefined;
}
