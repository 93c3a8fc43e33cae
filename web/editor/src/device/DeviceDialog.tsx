import { useState } from 'react';
import { useMutation } from '@tanstack/react-query';
import { house, type Device } from '../core/house';
import { t } from '../core/i18n';
import { Modal } from '../shell/Modal';
import { reason } from '../shell/parts';

/** Name, type and label of a new device, or type and label of one that is there. */
export function DeviceDialog({ device, onClose, onDone }: { device?: Device; onClose: () => void; onDone: (device: Device) => void }) {
  const [values, setValues] = useState({ name: device?.name ?? '', type: device?.type ?? 'default', label: device?.label ?? '' });
  const save = useMutation({
    mutationFn: () => (device ? house.changeDevice(device.id, { type: values.type, label: values.label }) : house.createDevice(values)),
    onSuccess: (saved) => { onClose(); onDone(saved); },
  });
  const field = (name: keyof typeof values, isFixed = false) => (
    <div className="f"><label htmlFor={`dev-${name}`}>{t(name === 'name' ? 'name' : `dev.${name}`)}</label><input id={`dev-${name}`} className="inp" dir="auto" maxLength={255} required={name !== 'label'} readOnly={isFixed} aria-describedby={isFixed ? 'dev-fixed' : undefined} value={values[name]} onChange={(event) => setValues({ ...values, [name]: event.target.value })} />
      {isFixed && <p className="hint" id="dev-fixed">{t('dev.name.fixed')}</p>}</div>
  );
  return (
    <Modal title={t(device ? 'dev.edit' : 'dev.new')} onClose={onClose}>
      <form onSubmit={(event) => { event.preventDefault(); save.mutate(); }}>
        {field('name', device !== undefined)}{field('type')}{field('label')}
        {save.isError && <p className="bad" role="alert">{reason(save.error)}</p>}
        <div className="acts"><button type="button" className="btn" onClick={onClose}>{t('cancel')}</button><button type="submit" className="btn primary" disabled={save.isPending || !values.name.trim() || !values.type.trim()}>{t(device ? 'part.save' : 'dev.create')}</button></div>
      </form>
    </Modal>
  );
}
