import { t, type Language } from '../core/i18n';
import { setLanguage, setTheme, usePrefs, type Theme } from '../state/prefs';
import { set } from '../state/editor';
import { Bell } from './Bell';
import { Icon } from './Icon';
import { MenuButton } from './MenuButton';

export const THEMES: readonly (readonly [Theme, string])[] = [['light', 'sun'], ['dark', 'moon'], ['system', 'system']];
export const NAMES: Record<Language, string> = { en: 'English', de: 'Deutsch' };

/** The bell, theme and language. */
export function Preferences({ hasKeys = false }: { hasKeys?: boolean }) {
  const { theme, language } = usePrefs();
  return (
    <><Bell /><MenuButton className="btn ghost icon" aria-label={t('menu')} title={t('menu')} face={<Icon name={theme === 'dark' ? 'moon' : theme === 'light' ? 'sun' : 'system'} />}>
      {(Menu) => <>
        <Menu.Label className="menuhead">{t('theme')}</Menu.Label>
        <Menu.RadioGroup value={theme} onValueChange={(value) => setTheme(value as Theme)}>
          {THEMES.map(([value, icon]) => <Menu.RadioItem key={value} value={value} className="row"><Icon name={icon} />{t(`theme.${value}`)}<Menu.ItemIndicator><Icon name="check" /></Menu.ItemIndicator></Menu.RadioItem>)}
        </Menu.RadioGroup>
        <Menu.Separator asChild><hr /></Menu.Separator>
        <Menu.Label className="menuhead">{t('language')}</Menu.Label>
        <Menu.RadioGroup value={language} onValueChange={(value) => void setLanguage(value as Language)}>
          {(Object.keys(NAMES) as Language[]).map((value) => <Menu.RadioItem key={value} value={value} lang={value} className="row">{NAMES[value]}<Menu.ItemIndicator><Icon name="check" /></Menu.ItemIndicator></Menu.RadioItem>)}
        </Menu.RadioGroup>
        {hasKeys && <><Menu.Separator asChild><hr /></Menu.Separator><Menu.Item className="row" onSelect={() => set({ ask: { kind: 'keys' } })}><Icon name="keyboard" />{t('help.keys')}</Menu.Item></>}
      </>}
    </MenuButton></>
  );
}
