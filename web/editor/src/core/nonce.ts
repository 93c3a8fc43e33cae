/** The page's nonce: styles that libraries make carry it, or the browser refuses them. */
export function cspNonce(): string {
  return document.querySelector<HTMLMetaElement>('meta[name=csp-nonce]')?.content ?? '';
}
