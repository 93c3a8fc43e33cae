import { Component, type ReactNode } from 'react';
import { t } from '../core/i18n';
import { toast } from '../state/editor';

interface CaughtProps {
  children: ReactNode;
  /** Where this is: elsewhere it is tried again. */
  at?: string;
  frame?: (sorry: ReactNode) => ReactNode;
}

/** A part that cannot be fetched or drawn takes only its own place, not the page with all that is in it. */
export class Caught extends Component<CaughtProps, { isBroken: boolean }> {
  override state = { isBroken: false };

  static getDerivedStateFromError() {
    return { isBroken: true };
  }

  override componentDidUpdate(before: CaughtProps): void {
    if (this.state.isBroken && before.at !== this.props.at) this.setState({ isBroken: false });
  }

  override render(): ReactNode {
    if (!this.state.isBroken) return this.props.children;
    const { frame = (sorry: ReactNode) => sorry } = this.props;
    return frame(<div className="sorry" role="alert"><p>{t('page.broken')}</p><button type="button" className="btn" onClick={() => void reload()}>{t('page.reload')}</button></div>);
  }
}

/** Anew, once the server can be reached: the browser's own page of errors has no way back. */
async function reload(): Promise<void> {
  try {
    await fetch('/healthz');
    location.reload();
  } catch {
    toast(t('offline'), { bad: true });
  }
}
