import { useEffect, useRef, useState, type ReactNode } from 'react';

type Kit = typeof import('@radix-ui/react-dropdown-menu');
let kit: Kit | undefined;
const load = async () => (kit ??= await import('@radix-ui/react-dropdown-menu'));
const KEYS = ['Enter', ' ', 'ArrowDown'];

interface MenuButtonProps extends Omit<React.ButtonHTMLAttributes<HTMLButtonElement>, 'children'> {
  face: ReactNode;
  align?: 'start' | 'end';
  pop?: string;
  children: (Menu: Kit) => ReactNode;
}

/** A button with a menu, whose code is fetched once the page is there. The first press is played again to the real
 *  trigger, so that keys, focus and pointer do what they always do. */
export function MenuButton({ face, align = 'end', pop = 'pop', children, ...rest }: MenuButtonProps) {
  const [Menu, setMenu] = useState<Kit | null>(null);
  const trigger = useRef<HTMLButtonElement>(null);
  const press = useRef<Event | null>(null);
  useEffect(() => { void load().catch(() => undefined); }, []);
  useEffect(() => {
    if (!Menu || !press.current) return;
    if (press.current instanceof KeyboardEvent) trigger.current?.focus();
    trigger.current?.dispatchEvent(press.current);
    press.current = null;
  }, [Menu]);
  if (!Menu) {
    const open = (event: React.SyntheticEvent, again: Event) => {
      event.preventDefault();
      press.current = again;
      if (kit) setMenu(kit);
      else void load().then(setMenu, () => undefined);
    };
    const point = (event: React.SyntheticEvent) => open(event, new PointerEvent('pointerdown', { bubbles: true, cancelable: true, button: 0 }));
    return (
      <button type="button" {...rest} aria-haspopup="menu" aria-expanded={false} data-state="closed" onClick={point}
        onPointerDown={(event) => { if (event.button === 0 && !event.ctrlKey) point(event); }}
        onKeyDown={(event) => { if (KEYS.includes(event.key)) open(event, new KeyboardEvent('keydown', { bubbles: true, cancelable: true, key: event.key })); }}>{face}</button>
    );
  }
  return (
    <Menu.Root modal={false}>
      <Menu.Trigger ref={trigger} {...rest}>{face}</Menu.Trigger>
      <Menu.Portal><Menu.Content className={pop} align={align} sideOffset={6} collisionPadding={8}>{children(Menu)}</Menu.Content></Menu.Portal>
    </Menu.Root>
  );
}
