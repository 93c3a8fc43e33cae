import { useQuery } from '@tanstack/react-query';
import { api } from '../core/api';
import { docOf } from '../core/document';
import { t, tn } from '../core/i18n';
import { toSvg } from '../core/picture';
import { Modal } from '../shell/Modal';
import { get, set } from '../state/editor';
import { enterChain } from '../state/way';

/** A look into a nested chain without going there. */
export default function Peek({ chain }: { chain: string }) {
  const { data, isError } = useQuery({ queryKey: ['peek', chain], queryFn: async () => docOf(await api.chain(chain)) });
  const style = getComputedStyle(document.documentElement);
  const svg = data && toSvg(data, get().types, t('input.name'), (name) => style.getPropertyValue(name).trim());
  return (
    <Modal wide title={data?.name ?? t('chains.loading')} onClose={() => set({ ask: null })}>
      {isError && <p>{t('canvas.missing')}</p>}
      {svg && <img className="peek" alt={`${data.name}: ${tn('chains.nodes', data.nodes.length)}`} src={`data:image/svg+xml;charset=utf-8,${encodeURIComponent(svg)}`} />}
      <div className="acts"><button type="button" className="btn primary" onClick={() => { set({ ask: null }); enterChain(chain); }}>{t('trace.openChain')}</button></div>
    </Modal>
  );
}
