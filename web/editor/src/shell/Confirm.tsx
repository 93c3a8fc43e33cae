import type { ReactNode } from 'react';
import { t } from '../core/i18n';
import { Modal } from './Modal';

interface ConfirmProps {
  title: string;
  text: string;
  verb: string;
  isBlocked?: boolean;
  children?: ReactNode;
  onDo: () => void;
  onClose: () => void;
}

/** Asks before something is gone for good. */
export function Confirm({ title, text, verb, isBlocked = false, children, onDo, onClose }: ConfirmProps) {
  return (
    <Modal title={title} text={text} onClose={onClose}>
      {children}
      <div className="acts"><button type="button" className="btn" onClick={onClose}>{t('cancel')}</button><button type="button" className="btn primary bad" disabled={isBlocked} onClick={() => { onClose(); onDo(); }}>{verb}</button></div>
    </Modal>
  );
}
