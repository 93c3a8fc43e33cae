import { useState } from 'react';
import { curlLine } from '../core/curl';
import { t } from '../core/i18n';
import type { ContentType } from '../core/payload';
import { Takeaway } from '../shell/Copy';
import { HIDDEN, type Header } from './Connection';

interface EndpointProps {
  url: string;
  dataUrl: string;
  headers: readonly Header[];
  sample: { type: ContentType; text: string };
}

const LOCAL = /^(localhost|127\.|\[?::1)/;

/** Where devices send to, and a command line that sends a first message. */
export function Endpoint({ url, dataUrl, headers, sample }: EndpointProps) {
  const [isData, setData] = useState(false);
  const chosen = isData && dataUrl ? dataUrl : url;
  const line = curlLine({ url: chosen, headers: Object.fromEntries(headers), ...sample });
  const isFar = LOCAL.test(new URL(url).hostname) && !LOCAL.test(location.hostname);
  return (
    <div className="endpoint">
      <h3>{t('int.endpoint')}</h3>
      {dataUrl && <div className="seg" role="radiogroup" aria-label={t('int.door')}>{[false, true].map((which) => <button key={String(which)} type="button" role="radio" aria-checked={isData === which} onClick={() => setData(which)}>{t(which ? 'int.dataDoor' : 'int.mainDoor')}</button>)}</div>}
      {dataUrl && <p className="hint">{t(isData ? 'int.dataDoor.hint' : 'int.mainDoor.hint')}</p>}
      <Takeaway text={chosen} label={t('int.url')} />
      {isFar && <p className="hint warn">{t('int.far')}</p>}
      <h3>{t('int.curl')}</h3>
      <Takeaway text={line} label={t('int.curlLine')} />
      {headers.some(([, value]) => value === HIDDEN) && <p className="hint">{t('int.hidden')}</p>}
    </div>
  );
}
