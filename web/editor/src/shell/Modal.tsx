import { useState, type ReactNode } from 'react';
import * as Dialog from '@radix-ui/react-dialog';
import { t } from '../core/i18n';
import { Icon } from './Icon';

interface ModalProps {
  title: string;
  text?: string;
  wide?: boolean;
  onClose: () => void;
  children: ReactNode;
}

/** What is asked in the middle of the screen. */
export function Modal({ title, text, wide = false, onClose, children }: ModalProps) {
  const [before] = useState(() => document.activeElement as HTMLElement | null);
  // The keyboard goes back to where it was, unless who closed this has sent it elsewhere.
  const giveBack = (event: Event) => {
    event.preventDefault();
    if (document.activeElement === document.body) before?.focus({ preventScroll: true });
  };
  return (
    <Dialog.Root open onOpenChange={(isOpen) => !isOpen && onClose()}>
      <Dialog.Portal>
        <Dialog.Overlay className="scrim" />
        <Dialog.Content className={`modal ${wide ? 'wide' : ''}`} {...(text ? {} : { 'aria-describedby': undefined })} onCloseAutoFocus={giveBack} onKeyDown={(event) => event.stopPropagation()}>
          <Dialog.Title>{title}</Dialog.Title>
          {text && <Dialog.Description>{text}</Dialog.Description>}
          {children}
          <Dialog.Close className="btn ghost icon corner" aria-label={t('close')}><Icon name="x" /></Dialog.Close>
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  );
}
