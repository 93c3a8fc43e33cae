import { useEffect, useRef, useState } from 'react';
import { useQuery } from '@tanstack/react-query';
import { api } from '../core/api';
import { t } from '../core/i18n';
import type { SamplePath } from '../core/paths';
import { Icon } from '../shell/Icon';
import type { CodeView, Fault } from './code';

interface Props {
  value: string;
  language: 'python' | 'json';
  purpose?: string;
  head: string;
  label: string;
  onChange: (value: string) => void;
  paths?: () => SamplePath[];
  canGrow?: boolean;
  fault?: Fault | null;
}

const noPaths = () => [];

/** A script or a JSON text; the editor itself comes when it is needed. */
export function CodeField({ value, language, purpose = '', head, label, onChange, paths = noPaths, canGrow = false, fault = null }: Props) {
  const host = useRef<HTMLDivElement>(null);
  const view = useRef<CodeView | null>(null);
  const [isLarge, setLarge] = useState(false);
  const { data } = useQuery({ queryKey: ['languages'], queryFn: api.languages, staleTime: Infinity, enabled: language === 'python' });
  const latest = useRef({ value, onChange, paths, functions: data });
  latest.current = { value, onChange, paths, functions: data };
  useEffect(() => {
    let isGone = false;
    void import('./code').then(({ CodeView }) => {
      if (isGone || !host.current) return;
      host.current.replaceChildren();
      view.current = new CodeView(host.current, {
        value: latest.current.value, language, purpose, label,
        onChange: (text) => latest.current.onChange(text),
        paths: () => latest.current.paths(),
        functions: () => latest.current.functions?.find((item) => item.name === 'python')?.functions ?? [],
      });
    });
    return () => {
      isGone = true;
      view.current?.destroy();
      view.current = null;
    };
  }, [language, purpose, label]);
  useEffect(() => view.current?.set(value), [value]);
  useEffect(() => view.current?.mark(fault), [fault]);
  return (
    <div className={`code ${isLarge ? 'large' : ''}`} onKeyDown={(event) => { if (isLarge && event.key === 'Escape') { event.stopPropagation(); setLarge(false); } }}>
      <div className="bar"><span className="head">{head}</span>
        {canGrow && <button type="button" className="btn ghost sm icon" aria-label={t(isLarge ? 'field.small' : 'field.large')} title={t(isLarge ? 'field.small' : 'field.large')} onClick={() => setLarge(!isLarge)}><Icon name={isLarge ? 'shrink' : 'expand'} /></button>}
      </div>
      <div className="cm-host" ref={host}><pre className="loading">{value}</pre></div>
    </div>
  );
}
