/** A session ends after so long without its person doing anything (polling and live feeds do not count). */
export const idleMinutes = 30;
/** Where all tabs of a browser keep when its person last touched a page, in milliseconds since 1970. */
export const touchedKey = 'qianshao_touched';
