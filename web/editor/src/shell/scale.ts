/** Sizes in scripts, as in the styles, are pixels for a text of 16 px. */
export const REM = 16;

/** How much larger the text of this browser is. */
export const scale = (): number => parseFloat(getComputedStyle(document.documentElement).fontSize) / REM;

/** Whether the layout for small windows is shown: as in the styles, small beside the text. */
export const isSmall = (px: number): boolean => matchMedia(`(max-width: ${px / REM}em)`).matches;
