/** What kind of window the page stands in. */

/** The kiosk's own window in kiosk mode: no dialog of the system opens there. */
export const isLocked = navigator.userAgent.includes('AtelierKiosk/locked')
