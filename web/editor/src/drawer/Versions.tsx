import { useQuery } from '@tanstack/react-query';
import { diffOf } from '../canvas/marks';
import { api } from '../core/api';
import { docOf } from '../core/document';
import { essence, isSame } from '../core/diff';
import { moment, t } from '../core/i18n';
import type { Doc } from '../core/types';
import { Diff } from '../panel/Diff';
import { Icon } from '../shell/Icon';
import { get, set, useEditor } from '../state/editor';
import { restore } from '../state/saving';

/** All versions, newest first; each can be compared with the canvas and put back on it. */
export default function Versions() {
  const chain = useEditor((state) => state.chain!);
  const compare = useEditor((state) => state.compare);
  const { data: versions = [] } = useQuery({ queryKey: ['versions', chain.id, chain.version, chain.activeVersion], queryFn: () => api.versions(chain.id) });
  const show = async (version: number) => {
    if (compare?.version === version) return set({ compare: null });
    const doc = docOf(await api.version(chain.id, version));
    set({ compare: { version, doc: aligned(doc) } });
  };
  return (
    <div className="versions">
      <ul>
        {versions.map((item) => (
          <li key={item.version} className={compare?.version === item.version ? 'on' : ''} data-version={item.version}>
            <span className="chip">v{item.version}</span>{item.active && <span className="chip live">{t('versions.now')}</span>}
            <span className="txt" dir="auto">{item.note}</span><small className="muted">{moment(item.createdTs)}</small>
            <button type="button" className="btn sm" aria-pressed={compare?.version === item.version} onClick={() => void show(item.version)}><Icon name="eye" />{t(compare?.version === item.version ? 'versions.hide' : 'versions.show')}</button>
            <button type="button" className="btn sm" onClick={() => void restore(item.version)}><Icon name="history" />{t('versions.restore')}</button>
          </li>
        ))}
      </ul>
      {compare && <Changes before={compare.doc} />}
    </div>
  );
}

/** Nodes that are the same stay the same objects, so that comparing them again is quick. */
function aligned(doc: Doc): Doc {
  const now = new Map(get().doc.nodes.map((node) => [node.id, node]));
  return { ...doc, nodes: doc.nodes.map((node) => (isSame(node, now.get(node.id)) ? now.get(node.id)! : node)) };
}

function Changes({ before }: { before: Doc }) {
  const after = useEditor((state) => state.doc);
  const diff = diffOf(before, after);
  const old = new Map(before.nodes.map((node) => [node.id, node]));
  const isNone = !diff.added.size && !diff.changed.size && !diff.removed.length && !diff.addedEdges.size && !diff.removedEdges.length;
  return (
    <div className="changes" data-testid="changes">
      {isNone ? <p className="hint">{t('versions.same')}</p> : (
        <p className="counts"><span className="chip add">{t('versions.added', { n: diff.added.size })}</span><span className="chip chg">{t('versions.changed', { n: diff.changed.size })}</span><span className="chip del">{t('versions.removed', { n: diff.removed.length })}</span></p>
      )}
      {after.nodes.filter((node) => diff.added.has(node.id)).map((node) => <p key={node.id} className="line add">+ <bdi>{node.name}</bdi></p>)}
      {diff.removed.map((node) => <p key={node.id} className="line del">- <bdi>{node.name}</bdi></p>)}
      {after.nodes.filter((node) => diff.changed.has(node.id)).map((node) => (
        <details key={node.id} open><summary><bdi>{node.name}</bdi></summary><Diff before={essence(old.get(node.id)!)} after={essence(node)} /></details>
      ))}
    </div>
  );
}
