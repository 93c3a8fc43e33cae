import { Fragment, useRef, useSyncExternalStore } from 'react';
import { download, downloadPicture } from '../canvas/commands';
import { readClip } from '../core/clipboard';
import { docOf } from '../core/document';
import { t } from '../core/i18n';
import { socket } from '../core/socket';
import { Icon } from '../shell/Icon';
import { MenuButton } from '../shell/MenuButton';
import { Preferences } from '../shell/Preferences';
import { Link } from '../shell/Shell';
import { edit, redo, shout, tidy, undo } from '../state/actions';
import { get, isDirty, set, useEditor } from '../state/editor';
import { CHAINS, chainPath } from '../state/router';
import { deploy, replaceWith, saveDraft } from '../state/saving';
import { leaveTo, parents } from '../state/way';

/** Where one is, how it stands, and what can be done to the whole chain. */
export function TopBar() {
  const name = useEditor((state) => state.doc.name);
  const steps = useEditor((state) => state.steps);
  const isEmpty = useEditor((state) => !state.doc.nodes.length);
  return (
    <>
      <nav className="crumb" aria-label={t('nav.breadcrumb')}><Link to={CHAINS}>{t('nav.chains')}</Link><Icon name="right" />
        {parents().map((parent) => <Fragment key={parent.id}><a className="parent" href={chainPath(parent.id)} title={parent.name} onClick={(event) => { if (event.ctrlKey || event.metaKey || event.shiftKey) return; event.preventDefault(); leaveTo(parent.id); }}><bdi>{parent.name}</bdi></a><Icon name="right" /></Fragment>)}
        <input className="chainname" aria-label={t('merge.kind.name')} dir="auto" maxLength={255} size={Math.max(4, Math.min(name.length + 1, 40))} value={name} onChange={(event) => { const next = event.target.value; edit((doc) => ({ ...doc, name: next }), 'name'); }}
          onBlur={(event) => { if (!event.target.value.trim()) edit((doc) => ({ ...doc, name: get().base.name }), 'name'); }} />
      </nav>
      <State />
      <span className="grow" />
      <button type="button" className="searchbox" aria-keyshortcuts="Control+K" onClick={() => set({ command: true })}><Icon name="search" /><span>{t('search')}</span><kbd aria-hidden="true">Ctrl K</kbd></button>
      <span className="grow" />
      <button type="button" className="btn ghost icon keep" aria-label={t('undo')} title={`${t('undo')} (Ctrl+Z)`} disabled={!steps.undo} onClick={undo}><Icon name="undo" /></button>
      <button type="button" className="btn ghost icon" aria-label={t('redo')} title={`${t('redo')} (Ctrl+Shift+Z)`} disabled={!steps.redo} onClick={redo}><Icon name="redo" /></button>
      <button type="button" className="btn ghost" title="Shift+L" disabled={isEmpty} onClick={() => void tidy()}><Icon name="wand" />{t('tidy')}</button>
      <span className="sep" />
      <Preferences hasKeys />
      <Deploy />
    </>
  );
}

function State() {
  const chain = useEditor((state) => state.chain);
  const dirty = useEditor(isDirty);
  const newer = useEditor((state) => state.newer);
  const link = useSyncExternalStore((listener) => socket.onState(listener), () => socket.state);
  if (!chain) return null;
  const runs = chain.activeVersion === chain.version;
  return (
    <span className="chips">
      <span className="chip" title={t('versions')}>v{chain.version}</span>
      {newer > 0 ? <span className="chip draft">{t('state.newer')}</span> : dirty ? <span className="chip draft">{t('state.dirty')}</span> : runs ? <span className="chip live">{t('state.live')}</span> : <span className="chip draft">{t('state.draft')}</span>}
      {!runs && chain.activeVersion > 0 && <span className="chip live extra">{t('state.running', { version: chain.activeVersion })}</span>}
      {link === 'connecting' && <span className="chip extra">{t('state.reconnecting')}</span>}
    </span>
  );
}

function Deploy() {
  const canDeploy = useEditor((state) => !state.saving && state.chain !== null && (isDirty(state) || state.chain.activeVersion !== state.chain.version));
  const canSave = useEditor((state) => !state.saving && isDirty(state));
  const file = useRef<HTMLInputElement>(null);
  return (
    <div className="split">
      <button type="button" className="btn primary" disabled={!canDeploy} title="Ctrl+S" onClick={() => void deploy()}><Icon name="rocket" /><span>{t('deploy')}</span></button>
      <MenuButton className="btn primary icon" aria-label={t('deploy.more')} face={<Icon name="down" />}>
        {(Menu) => <>
          <Menu.Item className="row" disabled={!canDeploy} onSelect={() => set({ ask: { kind: 'note' } })}><Icon name="rocket" />{t('deploy.note')}</Menu.Item>
          <Menu.Item className="row" disabled={!canSave} onSelect={() => void saveDraft()}><Icon name="save" />{t('deploy.draft')}</Menu.Item>
          <Menu.Separator asChild><hr /></Menu.Separator>
          <Menu.Item className="row" onSelect={download}><Icon name="download" />{t('export.json')}</Menu.Item>
          <Menu.Item className="row" onSelect={() => void downloadPicture('svg')}><Icon name="download" />{t('export.svg')}</Menu.Item>
          <Menu.Item className="row" onSelect={() => void downloadPicture('png')}><Icon name="download" />{t('export.png')}</Menu.Item>
          <Menu.Item className="row" onSelect={() => file.current?.click()}><Icon name="import" />{t('import.chain')}</Menu.Item>
        </>}
      </MenuButton>
      <input ref={file} type="file" accept="application/json,.json" hidden aria-label={t('import.chain')} onChange={(event) => { const chosen = event.target.files?.[0]; event.target.value = ''; if (chosen) void importFile(chosen); }} />
    </div>
  );
}

/** A chain from a file takes the place of what is on the canvas; undo brings that back. */
export async function importFile(file: File): Promise<void> {
  const text = await file.text();
  if (!readClip(text)) return shout(t('import.bad'));
  const value = JSON.parse(text) as object;
  replaceWith({ ...docOf(value), name: get().doc.name });
  window.dispatchEvent(new Event('tidied'));
}
