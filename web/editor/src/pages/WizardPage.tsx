import { useEffect, useId, useRef, useState } from 'react';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { api, ApiError } from '../core/api';
import { t } from '../core/i18n';
import type { Direction } from '../core/templates';
import { Headers, headerFault, TypeForm } from '../doors/Connection';
import { Endpoint } from '../doors/Endpoint';
import { FirstMessage } from '../doors/FirstMessage';
import { summary } from '../doors/Output';
import { Switch } from '../doors/Switch';
import { isGood, runTrial, sampleFor } from '../doors/trial';
import { Workbench } from '../doors/Workbench';
import { Takeaway } from '../shell/Copy';
import { Icon, Tile } from '../shell/Icon';
import { Leave } from '../shell/Leave';
import { Preferences } from '../shell/Preferences';
import { Link, Shell } from '../shell/Shell';
import { integrationPath, INTEGRATIONS } from '../state/router';
import { add, change, isBegun, partName, resetWizard, setWizard, STEPS, useWizard, type Part, type Step } from '../state/wizard';

const NEW = `${INTEGRATIONS}/new`;

/** A new integration, step by step; Back keeps everything. */
export default function WizardPage() {
  const state = useWizard();
  const heading = useRef<HTMLHeadingElement>(null);
  const isFirst = useRef(true);
  useEffect(() => { document.title = `${t('int.new')} · Tidegate`; }, []);
  // Done and gone: the next one begins anew. Another language draws the page again, which is no leaving.
  useEffect(() => () => { if (useWizard.getState().made && location.pathname !== NEW) resetWizard(); }, []);
  useEffect(() => {
    if (!isFirst.current) heading.current?.focus();
    isFirst.current = false;
  }, [state.step]);
  return (
    <Shell here={INTEGRATIONS} bar={<><nav className="crumb" aria-label={t('crumb')}><Link to={INTEGRATIONS}>{t('int.title')}</Link><Icon name="right" /></nav><b className="pagename">{t('int.new')}</b><span className="grow" /><Preferences /></>}>
      <main className={`page wizard ${state.step === 'uplink' || state.step === 'downlink' ? 'full' : ''}`}>
        <ol className="steps" aria-label={t('wiz.steps')}>{STEPS.map((step, at) => <li key={step} aria-current={step === state.step ? 'step' : undefined} className={at < STEPS.indexOf(state.step) ? 'done' : ''}><span aria-hidden="true">{at < STEPS.indexOf(state.step) ? <Icon name="check" /> : at + 1}</span>{t(`wiz.${step}`)}</li>)}</ol>
        <h1 ref={heading} tabIndex={-1}>{t(`wiz.${state.step}.title`)}</h1>
        {state.step === 'type' && <TypeStep />}
        {state.step === 'uplink' && <ConverterStep key="uplink" direction="uplink" />}
        {state.step === 'downlink' && <ConverterStep key="downlink" direction="downlink" />}
        {state.step === 'connection' && <ConnectionStep />}
        {state.step === 'done' && <Done />}
      </main>
      <Leave when={isBegun(state)} title={t('wiz.leave')} text={t('wiz.leave.text')} onLeave={resetWizard} />
    </Shell>
  );
}

const step = (by: number) => setWizard((state) => ({ step: STEPS[STEPS.indexOf(state.step) + by] as Step }));

function Acts({ onNext, verb = t('wiz.next'), isBusy = false, canBack = true, children }: { onNext: () => void; verb?: string; isBusy?: boolean; canBack?: boolean; children?: React.ReactNode }) {
  return <div className="acts wizacts">{children}<span className="grow" />{canBack && <button type="button" className="btn" onClick={() => step(-1)}>{t('wiz.back')}</button>}<button type="button" className="btn primary" disabled={isBusy} onClick={onNext}>{verb}</button></div>;
}

function TypeStep() {
  const { name, enabled, debug, allowCreate } = useWizard();
  const [isBad, setBad] = useState(false);
  const { data: types = [] } = useQuery({ queryKey: ['integration-types'], queryFn: api.integrationTypes, staleTime: Infinity });
  const id = useId();
  const field = useRef<HTMLInputElement>(null);
  const next = () => {
    if (name.trim()) return step(1);
    setBad(true);
    field.current?.focus();
  };
  return (
    <form className="oneform" onSubmit={(event) => { event.preventDefault(); next(); }}>
      <div className="f"><div className="lb" id={`${id}-type`}>{t('wiz.kind')}</div>
        <div className="ways" role="radiogroup" aria-labelledby={`${id}-type`}>{types.map((type) => <button key={type.type} type="button" className="way" role="radio" aria-checked><Tile name={type.icon} category="input" /><b>{type.name}</b><small>{t(`wiz.kind.${type.type}`)}</small></button>)}</div></div>
      <div className={`f ${isBad && !name.trim() ? 'err' : ''}`}><label htmlFor={id}>{t('name')}<span className="req" aria-hidden="true">*</span></label><input ref={field} id={id} className="inp" dir="auto" maxLength={255} autoFocus required aria-invalid={isBad && !name.trim() ? true : undefined} aria-describedby={isBad && !name.trim() ? `${id}-bad` : undefined} value={name} onChange={(event) => setWizard({ name: event.target.value })} />{isBad && !name.trim() && <div className="bad" id={`${id}-bad`}>{t('field.required')}</div>}</div>
      <Switch word="int.enabled" isOn={enabled} onTurn={(isOn) => setWizard({ enabled: isOn })} />
      <Switch word="int.debug" hint="int.debug.hint" isOn={debug} onTurn={(isOn) => setWizard({ debug: isOn })} />
      <Switch word="int.allowCreate" hint="int.allowCreate.hint" isOn={allowCreate} onTurn={(isOn) => setWizard({ allowCreate: isOn })} />
      <Acts onNext={next} canBack={false} />
    </form>
  );
}

/** A script goes on when a run of it has passed, or when the person says that it may go on without. */
function ConverterStep({ direction }: { direction: Direction }) {
  const state = useWizard();
  const part = state[direction];
  const [isBusy, setBusy] = useState(false);
  const [trouble, setTrouble] = useState<{ text: string; canSkip: boolean } | null>(null);
  const { data } = useQuery({ queryKey: ['converters', ''], queryFn: () => api.converters() });
  const fitting = data?.items.filter((item) => item.direction === direction) ?? [];
  const id = useId();
  const put = (values: Partial<Part>) => { setTrouble(null); change(direction, values); };
  const modes: Part['mode'][] = direction === 'downlink' ? ['skip', 'create', 'choose'] : ['create', 'choose'];
  const next = async () => {
    if (part.mode === 'choose' && !part.chosen) return setTrouble({ text: t('wiz.chooseOne'), canSkip: false });
    if (part.mode !== 'create' || isGood(part.outcome, part.bench)) return step(1);
    setBusy(true);
    const outcome = await runTrial(direction, part.bench);
    change(direction, { outcome });
    if (isGood(outcome, part.bench)) step(1);
    else setTrouble(await verdict(direction, part));
    setBusy(false);
  };
  return (
    <>
      <div className="seg modes" role="radiogroup" aria-label={t(`wiz.${direction}`)}>{modes.map((mode) => <button key={mode} type="button" role="radio" aria-checked={part.mode === mode} onClick={() => put({ mode })}>{t(`wiz.mode.${mode}`)}</button>)}</div>
      {part.mode === 'skip' && <p className="hint">{t('wiz.skip.text')}</p>}
      {part.mode === 'choose' && <div className="f oneform"><label htmlFor={id}>{t(`wiz.${direction}`)}</label><select id={id} className="inp" value={part.chosen} onChange={(event) => put({ chosen: event.target.value })}><option value="">{t('field.choose')}</option>{fitting.map((item) => <option key={item.id} value={item.id}>{item.name}</option>)}</select>{data && !fitting.length && <div className="hint">{t('wiz.noneToChoose')}</div>}</div>}
      {part.mode === 'create' && (
        <>
          <div className="f oneform"><label htmlFor={id}>{t('conv.name')}</label><input id={id} className="inp" dir="auto" maxLength={255} placeholder={partName({ ...state, [direction]: { ...part, name: '' } }, direction)} value={part.name} onChange={(event) => put({ name: event.target.value })} /></div>
          <Workbench direction={direction} bench={part.bench} onBench={(bench) => put({ bench })} outcome={part.outcome} onOutcome={(outcome) => put({ outcome })} />
        </>
      )}
      {trouble && <div className="outcome bad" role="alert"><Icon name="error" /><p dir="auto">{trouble.text}</p>{trouble.canSkip && <button type="button" className="btn sm" onClick={() => { setTrouble(null); step(1); }}>{t('wiz.anyway')}</button>}</div>}
      <Acts onNext={() => void next()} isBusy={isBusy} verb={t(part.mode === 'skip' ? 'wiz.skip' : 'wiz.next')}>{part.mode === 'create' && isGood(part.outcome, part.bench) && <span className="passed"><Icon name="ok" />{summary(part.outcome!.result!)}</span>}</Acts>
    </>
  );
}

/** Why the script does not pass; one that does not even compile cannot be kept. */
async function verdict(direction: Direction, { bench }: Part): Promise<{ text: string; canSkip: boolean }> {
  const { problems } = await api.checkScript(direction, 'python', bench.script).catch(() => ({ problems: [] }));
  const wrong = problems.find((problem) => problem.severity !== 'warning');
  return wrong ? { text: t('wiz.noCompile', { line: wrong.line ?? 1, text: wrong.message }), canSkip: false } : { text: t('wiz.notPassed'), canSkip: true };
}

function ConnectionStep() {
  const { headers, options, routingKey } = useWizard();
  const { data: types } = useQuery({ queryKey: ['integration-types'], queryFn: api.integrationTypes, staleTime: Infinity });
  const kind = types?.find((type) => type.type === 'http');
  const client = useQueryClient();
  const [trouble, setTrouble] = useState('');
  const [isBusy, setBusy] = useState(false);
  const finish = async () => {
    const fault = headerFault(headers);
    if (fault) return setTrouble(fault);
    setBusy(true);
    try {
      await add();
      await Promise.all(['integrations', 'converters', 'named'].map((key) => client.invalidateQueries({ queryKey: [key] })));
    } catch (error) {
      const cause = error as ApiError;
      setTrouble(cause.isOffline ? t('offline') : `${cause.message}${cause.errors?.[0]?.place ? ` (${cause.errors[0].place})` : ''}`);
    }
    setBusy(false);
  };
  const option = (key: string, value: unknown) => setWizard({ options: { ...options, [key]: value } });
  return (
    <form className="oneform" onSubmit={(event) => { event.preventDefault(); void finish(); }}>
      {kind && <div className="endpoint"><h3>{t('int.endpoint')}</h3>{kind.dataEndpointBase && <p className="hint">{t('int.mainDoor.hint')}</p>}<Takeaway text={`${kind.endpointBase}${routingKey}`} label={t('int.url')} />{kind.dataEndpointBase && <><p className="hint">{t('int.dataDoor.hint')}</p><Takeaway text={`${kind.dataEndpointBase}${routingKey}`} label={t('int.dataUrl')} /></>}</div>}
      <Headers headers={headers} onHeaders={(rows) => setWizard({ headers: rows })} />
      <TypeForm options={options} onOption={option} only={['replaceNoContentToOk']} />
      <details className="more"><summary>{t('wiz.advanced')}</summary><div className="stack"><TypeForm options={options} onOption={option} but={['replaceNoContentToOk']} /></div></details>
      {trouble && <div className="outcome bad" role="alert"><Icon name="error" /><p dir="auto">{trouble}</p></div>}
      <Acts onNext={() => void finish()} isBusy={isBusy} verb={t('wiz.add')} />
    </form>
  );
}

function Done() {
  const { made, headers, uplink } = useWizard();
  const { data: chosen } = useQuery({ queryKey: ['converter', made?.uplinkConverterId], queryFn: () => api.converter(made!.uplinkConverterId!), enabled: !!made?.uplinkConverterId });
  if (!made) return null;
  const sample = uplink.mode === 'create' ? uplink.bench : sampleFor(chosen);
  return (
    <div className="oneform">
      <Endpoint url={made.endpointUrl} dataUrl={made.dataEndpointUrl} headers={headers} sample={{ type: sample.type, text: sample.text }} />
      {made.enabled ? <FirstMessage integration={made.id} /> : <p className="hint">{t('first.off')}</p>}
      <div className="acts wizacts"><span className="grow" /><Link to={integrationPath(made.id)} className="btn primary">{t('wiz.open')}</Link></div>
    </div>
  );
}
