import { useState } from 'react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { house, type Device } from '../core/house';
import { moment, t } from '../core/i18n';
import { Confirm } from '../shell/Confirm';
import { Icon, Tile } from '../shell/Icon';
import { Age, Copy, failed, useNow } from '../shell/parts';
import { Link } from '../shell/Shell';
import { DEVICES, go, integrationPath } from '../state/router';
import { DeviceDialog } from './DeviceDialog';
import { isOnline, Presence } from './Presence';

/** Who the device is, when it was heard of, and how it may call. */
export function Head({ device }: { device: Device }) {
  const now = useNow(1000);
  const client = useQueryClient();
  const [isEdit, setEdit] = useState(false);
  const [isDoomed, setDoomed] = useState(false);
  const remove = useMutation({ mutationFn: () => house.deleteDevice(device.id), onSuccess: () => { client.removeQueries({ queryKey: ['devices'] }); go(DEVICES); }, onError: failed });
  return (
    <section className="who" aria-label={t('dev.one')}>
      <Tile name="cpu" category="input" />
      <div className="names"><p className="nm" dir="auto">{device.name}</p><p className="sub"><span className="chip" dir="auto">{device.type}</span>{device.label && <span dir="auto">{device.label}</span>}<Presence isOn={isOnline(device.lastActivityTs, now)} hasWord /></p></div>
      <dl className="facts">
        <div><dt>{t('dev.seen')}</dt><dd>{device.lastActivityTs ? <Age ts={device.lastActivityTs} now={now} /> : t('dev.never')}</dd></div>
        <div><dt>{t('dev.made')}</dt><dd>{moment(device.createdTs)}<Maker id={device.id} /></dd></div>
        <div><dt>{t('dev.id')}</dt><dd className="mono"><span className="clip">{device.id}</span><Copy text={device.id} label={t('dev.copyId')} /></dd></div>
        <div><dt>{t('dev.token')}</dt><dd className="mono"><Token id={device.id} /></dd></div>
      </dl>
      <div className="deeds"><button type="button" className="btn sm" onClick={() => setEdit(true)}><Icon name="pen-line" />{t('dev.change')}</button><button type="button" className="btn sm danger" onClick={() => setDoomed(true)}><Icon name="trash-2" />{t('delete')}</button></div>
      {isEdit && <DeviceDialog device={device} onClose={() => setEdit(false)} onDone={(changed) => client.setQueryData(['device', device.id], changed)} />}
      {isDoomed && <Confirm title={t('dev.delete.title', { name: device.name })} text={t('dev.delete.text')} word={t('delete')} onYes={() => remove.mutate()} onClose={() => setDoomed(false)} />}
    </section>
  );
}

/** The integration that made the device, as long as its first event is kept. */
function Maker({ id }: { id: string }) {
  const { data } = useQuery({ queryKey: ['maker', id], queryFn: () => house.events({ entity: id, source: 'device', q: 'Created' }, null, 1), staleTime: Infinity });
  const { integrationId, integrationName } = data?.items[0]?.metadata ?? {};
  return integrationId ? <> {t('dev.by')} <Link to={integrationPath(integrationId)} className="link" dir="auto">{integrationName}</Link></> : null;
}

/** The access token, hidden until somebody asks for it. */
function Token({ id }: { id: string }) {
  const [isOpen, setOpen] = useState(false);
  const [isAsked, setAsked] = useState(false);
  const client = useQueryClient();
  const { data } = useQuery({ queryKey: ['token', id], queryFn: () => house.token(id), enabled: isOpen });
  const renew = useMutation({ mutationFn: () => house.renewToken(id), onSuccess: (token) => client.setQueryData(['token', id], token), onError: failed });
  if (!isOpen || data === undefined) return <button type="button" className="link" onClick={() => setOpen(true)}>{t('dev.token.show')}</button>;
  return (
    <><span className="clip" data-testid="token">{data}</span><Copy text={data} label={t('dev.token.copy')} />
      <button type="button" className="btn sm ghost icon" aria-label={t('dev.token.renew')} title={t('dev.token.renew')} onClick={() => setAsked(true)}><Icon name="redo" /></button>
      {isAsked && <Confirm title={t('dev.token.renew')} text={t('dev.token.text')} word={t('dev.token.yes')} onYes={() => renew.mutate()} onClose={() => setAsked(false)} />}
    </>
  );
}
