import { useEffect, useState } from 'react';
import { useQuery } from '@tanstack/react-query';
import { api, ApiError } from '../core/api';
import { isSame } from '../core/diff';
import { relationColor } from '../core/geometry';
import { duration, t } from '../core/i18n';
import type { DocNode, NodeResult, NodeType } from '../core/types';
import { Icon } from '../shell/Icon';
import { get } from '../state/editor';
import { CodeField } from './CodeField';
import { Diff } from './Diff';
import { builtIn, captured, sampleOf, type Sample, type Source } from './samples';

interface Props {
  node: DocNode;
  type: NodeType;
  text: string;
  source: string;
  onText: (text: string, source: string) => void;
}

type Outcome = { before: Sample; result?: NodeResult; error?: string };

/** Give the node a message and see what comes out; nothing is stored, nothing is sent. */
export function TestTab({ node, type, text, source, onText }: Props) {
  const chain = get().chain!.id;
  const { data: real = [] } = useQuery({ queryKey: ['captured', chain, node.id], queryFn: () => captured(chain, node.id) });
  const [outcome, setOutcome] = useState<Outcome | null>(null);
  const [isRunning, setRunning] = useState(false);
  const sources = [...builtIn(type), ...real];
  const chosen = sources.find((item) => item.key === source);
  const run = async () => {
    setRunning(true);
    setOutcome(await tryOut(type.type, node.config, text, chosen));
    setRunning(false);
  };
  useEffect(() => {
    const key = (event: KeyboardEvent) => { if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) { event.preventDefault(); void run(); } };
    addEventListener('keydown', key);
    return () => removeEventListener('keydown', key);
  });
  return (
    <>
      <div className="f">
        <label htmlFor="test-from">{t('test.from')}</label>
        <select id="test-from" className="inp" value={chosen?.key ?? ''} onChange={(event) => { const next = sources.find((item) => item.key === event.target.value); if (next) onText(JSON.stringify(next.sample, null, 2), next.key); }}>
          {!chosen && <option value="" />}
          {sources.map((item) => <option key={item.key} value={item.key}>{item.label}</option>)}
        </select>
        {chosen?.given && <div className="hint">{t('test.world')}</div>}
      </div>
      <div className="f"><div className="lb">{t('test.message')}</div>
        <CodeField value={text} language="json" head="JSON" label={t('test.message')} onChange={(value) => onText(value, source)} />
      </div>
      <div className="runrow"><button type="button" className="btn primary" disabled={isRunning} onClick={() => void run()}><Icon name="play" />{t(isRunning ? 'test.running' : 'test.run')}<kbd aria-hidden="true">Ctrl ↵</kbd></button><small className="muted">{t('test.hint')}</small></div>
      <div aria-live="polite">{outcome && <Result {...outcome} />}</div>
    </>
  );
}

async function tryOut(type: string, config: object, text: string, source: Source | undefined): Promise<Outcome> {
  let before: Sample;
  try {
    before = JSON.parse(text) as Sample;
  } catch {
    return { before: { msgType: '', msg: {}, metadata: {} }, error: t('test.bad') };
  }
  const message = { type: before.msgType, data: before.msg, metadata: before.metadata ?? {}, ...(source?.originator ? { originator: source.originator } : {}) };
  try {
    return { before, result: await api.testNode(type, config, message, source?.given) };
  } catch (error) {
    const first = error instanceof ApiError ? error.errors[0] : undefined;
    return { before, error: first ? first.message : String((error as Error).message) };
  }
}

function Result({ before, result, error }: Outcome) {
  if (!result) return <div className="res" data-testid="result"><div className="diff"><div className="del">{error}</div></div></div>;
  return (
    <div className="stack" data-testid="result">
      {!result.emits.length && <div className="res"><div className="bar">{t('test.nothing')}<span className="grow" /><small>{duration(result.elapsedUs)}</small></div>{result.error && <div className="diff"><div className="del">{result.error}</div></div>}</div>}
      {result.emits.map((emit, index) => {
        const after = sampleOf(emit.message);
        return (
          <div className="res" key={index}>
            <div className="bar"><span className="pill still" style={{ '--ec': relationColor(emit.relation) } as React.CSSProperties}>{emit.relation}</span><span className="grow" /><small>{duration(result.elapsedUs)}</small></div>
            {result.error && <div className="diff"><div className="del">{result.error}</div></div>}
            {isSame(before, after) && <p className="hint pad">{t('test.same')}</p>}
            <Diff before={before} after={after} />
          </div>
        );
      })}
      {result.effects.length > 0 && (
        <div className="res"><div className="bar">{t('test.effects')}</div><div className="diff">{result.effects.map((effect, index) => <div key={index}>{String(effect[0])} <bdi>{effect.slice(1).map((part) => JSON.stringify(part)).join(' ')}</bdi></div>)}</div></div>
      )}
    </div>
  );
}
