import { useEffect, useState } from 'react';
import { t } from '../core/i18n';
import { holdBack } from '../state/router';
import { Modal } from './Modal';

/** Asks before a page with unsaved work is left. */
export function Leave({ when, title, text, onLeave }: { when: boolean; title: string; text: string; onLeave?: () => void }) {
  const [leave, setLeave] = useState<(() => void) | null>(null);
  useEffect(() => (when ? holdBack((way) => setLeave(() => way)) : undefined), [when]);
  if (!leave) return null;
  return (
    <Modal title={title} text={text} onClose={() => setLeave(null)}>
      <div className="acts"><button type="button" className="btn" onClick={() => setLeave(null)}>{t('leave.stay')}</button><button type="button" className="btn primary bad" onClick={() => { onLeave?.(); leave(); }}>{t('leave.go')}</button></div>
    </Modal>
  );
}
