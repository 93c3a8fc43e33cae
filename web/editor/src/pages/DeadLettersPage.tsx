import { useState } from 'react';
import { useInfiniteQuery, useMutation, useQueryClient } from '@tanstack/react-query';
import { house, type DeadLetter } from '../core/house';
import { t, tn } from '../core/i18n';
import { Confirm } from '../shell/Confirm';
import { Icon } from '../shell/Icon';
import { Age, failed, Find, Frame, More, Standing, useNow } from '../shell/parts';
import { Link } from '../shell/Shell';
import { toast } from '../state/editor';
import { chainPath, DEAD_LETTERS, devicePath, anyTracePath } from '../state/router';

/** Messages whose failure nobody handled: read them, send them again, or let go of them. */
export default function DeadLettersPage() {
  const [q, setQ] = useState('');
  const [doomed, setDoomed] = useState<DeadLetter | null>(null);
  const client = useQueryClient();
  const again = () => client.invalidateQueries({ queryKey: ['dead-letters'] });
  const found = useInfiniteQuery({
    queryKey: ['dead-letters', q], queryFn: ({ pageParam }) => house.deadLetters(q, pageParam),
    initialPageParam: null as string | null, getNextPageParam: (last) => last.next, refetchInterval: 5000, placeholderData: (old) => old,
  });
  const send = useMutation({ mutationFn: (letter: DeadLetter) => house.resubmit(letter.id), onSuccess: () => toast(t('dead.done')), onSettled: again, onError: failed });
  const sendAll = useMutation({
    mutationFn: () => house.resubmitAll(q), onSettled: again, onError: failed,
    onSuccess: ({ resubmitted, left }) => toast(left ? `${tn('dead.some', resubmitted)}. ${t('dead.left', { n: left })}` : tn('dead.some', resubmitted), { bad: left > 0 }),
  });
  const discard = useMutation({ mutationFn: (letter: DeadLetter) => house.discard(letter.id), onSettled: again, onError: failed });
  const items = found.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <Frame here={DEAD_LETTERS} title={t('nav.dead')}>
      <p className="hint lead">{t('dead.hint')}</p>
      <div className="listhead"><Find label={t('dead.search')} value={q} onFind={setQ} /><span className="grow" />{items.length > 0 && <button type="button" className="btn" disabled={sendAll.isPending} onClick={() => sendAll.mutate()}><Icon name="redo" />{t(q ? 'dead.allOf' : 'dead.all')}</button>}</div>
      <Standing of={found} count={items.length} empty={<p>{t(q ? 'dead.notFound' : 'dead.none')}</p>} />
      <ul className="cards" data-testid="letters">{items.map((letter) => <Letter key={letter.id} letter={letter} isBusy={send.isPending} onSend={() => send.mutate(letter)} onDiscard={() => setDoomed(letter)} />)}</ul>
      <More isMore={found.hasNextPage} isBusy={found.isFetchingNextPage} onMore={() => void found.fetchNextPage()} />
      {doomed && <Confirm title={t('dead.discard.title')} text={t('dead.discard.text')} word={t('dead.discard')} onYes={() => discard.mutate(doomed)} onClose={() => setDoomed(null)} />}
    </Frame>
  );
}

function Letter({ letter, isBusy, onSend, onDiscard }: { letter: DeadLetter; isBusy: boolean; onSend: () => void; onDiscard: () => void }) {
  const [isOpen, setOpen] = useState(false);
  const now = useNow(1000);
  const { message } = letter;
  const place = letter.nodeName || (letter.node ?? t('dead.root'));
  return (
    <li className="letter" data-letter={letter.id}>
      <div className="line"><span className="lv error"><Icon name="error" /></span><b className="reason" dir="auto">{letter.error}</b><button type="button" className="btn sm" disabled={isBusy} onClick={onSend}><Icon name="redo" />{t('dead.again')}</button><button type="button" className="btn sm danger" onClick={onDiscard}><Icon name="trash-2" />{t('dead.discard')}</button></div>
      <p className="facts-line">
        <span>{message.type}</span>
        {message.originator.kind === 'DEVICE' ? <Link to={devicePath(message.originator.id)} className="link" dir="auto">{message.originator.name}</Link> : <span dir="auto">{message.originator.name}</span>}
        <span>{t('dead.at')} {letter.chain ? <Link to={chainPath(letter.chain)} className="link" dir="auto">{place}</Link> : place}</span>
        <span>{tn('dead.tries', letter.attempts)}</span><Age ts={letter.createdTs} now={now} />
        {letter.traceId && <Link to={anyTracePath(letter.traceId)} className="link">{t('ev.trace')}</Link>}
        <button type="button" className="link" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>{t('dead.show')}</button>
      </p>
      {isOpen && <pre dir="ltr">{JSON.stringify({ msg: message.data, metadata: message.metadata }, null, 2)}</pre>}
    </li>
  );
}
