import type { ReactNode } from 'react';
import { t } from '../core/i18n';
import { Modal } from './Modal';

interface ConfirmProps {
  title: string;
  text: string;
  word: string;
  isBlocked?: boolean;
  children?: ReactNode;
  onYes: () => void;
  onClose: () => void;
}

/** A question before something is gone for good. */
export function Confirm({ title, text, word, isBlocked = false, children, onYes, onClose }: ConfirmProps) {
  return (
    <Modal title={title} text={text} onClose={onClose}>
      {children}
      <div className="acts"><button type="button" className="btn" onClick={onClose}>{t('cancel')}</button><button type="button" className="btn primary bad" disabled={isBlocked} onClick={() => { onYes(); onClose(); }}>{word}</button></div>
    </Modal>
  );
}
