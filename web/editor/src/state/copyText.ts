/** Puts a text on the system's clipboard; rejects where the browser does not let it. */
export async function copyText(text: string): Promise<void> {
  // Only https and this machine have the call; a server in the house is mostly reached by http
  if (window.isSecureContext) return navigator.clipboard.writeText(text);
  const before = document.activeElement as HTMLElement | null;
  const field = document.createElement('textarea');
  field.value = text;
  field.readOnly = true;
  field.style.cssText = 'position: fixed; opacity: 0';
  // A dialog takes the focus back from whatever is outside of it
  (before?.closest('[role=dialog]') ?? document.body).append(field);
  field.select();
  const isDone = document.execCommand('copy');
  field.remove();
  before?.focus();
  if (!isDone) throw new Error('copy');
}
