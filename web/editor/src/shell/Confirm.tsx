import { t } from '../core/i18n';
import { Modal } from './Modal';

/** A question before something is gone for good. */
export function Confirm({ title, text, word, onYes, onClose }: { title: string; text: string; word: string; onYes: () => void; onClose: () => void }) {
  return (
    <Modal title={title} text={text} onClose={onClose}>
      <div className="acts"><button type="button" className="btn" onClick={onClose}>{t('cancel')}</button><button type="button" className="btn primary bad" onClick={() => { onYes(); onClose(); }}>{word}</button></div>
    </Modal>
  );
}
